import { empty, refuse } from './answers.js'
import { audiencesIn } from './habits.js'
import { issueRefreshToken, issueTokens, resourcesFor } from './issue.js'
import { knowsClient, type Call, type Grant, type Realm, type RefreshToken } from './realm.js'
import type { RefreshTokenUse } from './types.js'

interface Spent {
  outcome: 'rotated' | 'kept'
  /** The refresh token in the answer; undefined if the answer has none, and the client keeps its own. */
  refreshToken: string | undefined
}

interface Granted extends Spent {
  grant: Grant
  scope: string[]
  resources: string[]
}

interface Refused {
  outcome: 'reused' | 'refused'
  error: string
  description: string
  status?: number
}

/**
 * Exchange a refresh token for tokens, and rotate it. If a client presents a rotated refresh token
 * again, the server revokes its grant.
 *
 * @see [RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)
 * @see [RFC 9700 §4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2)
 */
export async function refresh(realm: Realm, call: Call): Promise<Response> {
  const refreshToken = call.params.get('refresh_token')
  if (refreshToken === null) return refuse('invalid_request', 'The refresh_token is missing.')
  // Decided before any await: of two requests with the same token, one must come second.
  const decision = decide(realm, refreshToken, call)
  const use: RefreshTokenUse = { refreshToken, at: Date.now(), outcome: decision.outcome }
  realm.refreshTokenUses.push(use)
  if ('error' in decision) {
    const ofToken = decision.error === 'invalid_grant'
    const { error, status } = (ofToken && realm.options.deadRefreshToken) || decision
    if (error === undefined) return empty(status ?? 400)
    return refuse(error, decision.description, status)
  }
  const { fault, jkt } = call
  return issueTokens(realm, { ...decision, nonce: undefined, fault, jkt })
}

function decide(realm: Realm, value: string, call: Call): Granted | Refused {
  const { params, jkt } = call
  const clientId = params.get('client_id')
  if (!knowsClient(realm, clientId)) {
    return { ...refused('invalid_client', 'The client_id is not known.'), status: 401 }
  }
  const token = realm.refreshTokens.get(value)
  if (!token || isDead(token.grant) || token.grant.clientId !== clientId) {
    return refused('invalid_grant', 'The refresh token is unknown, revoked or of another client.')
  }
  if (token.jkt !== undefined && token.jkt !== jkt) {
    return refused('invalid_grant', 'The refresh token is bound to a different key.')
  }
  if (token.rotatedAt !== undefined && !mayForgive(realm, token)) {
    token.grant[realm.options.reuseSparesAccess ? 'isSpent' : 'revoked'] = true
    return { ...refused('invalid_grant', 'The refresh token was used before.'), outcome: 'reused' }
  }
  return grantRequested(realm, token, call)
}

const isDead = ({ revoked, isSpent }: Grant): boolean => revoked || isSpent === true

/** Grant the scope and the resources of the request, if the sign-in covers all of them. */
function grantRequested(
  realm: Realm,
  token: RefreshToken,
  { params, jkt }: Call,
): Granted | Refused {
  const { grant } = token
  const scope = params.get('scope')?.split(' ').filter(Boolean) ?? grant.scope
  if (!realm.options.widens && !scope.every((word) => grant.scope.includes(word))) {
    return refused('invalid_scope', 'The scope exceeds what was granted.')
  }
  const resources = resourcesFor(grant, params)
  if (!audiencesIn(realm, params).every((audience) => grant.resources.includes(audience)))
    return refused('invalid_request', 'The grant does not cover the audience.')
  if (!resources) return refused('invalid_target', 'The grant does not cover the resource.')
  return { ...spend(realm, token, jkt), grant, scope, resources }
}

/** Use the refresh token up, unless the server never rotates or it is too soon to rotate. */
function spend(realm: Realm, token: RefreshToken, jkt: string | undefined): Spent {
  if (realm.options.rotate === false) return { outcome: 'kept', refreshToken: undefined }
  if (isSoon(realm, token)) return { outcome: 'kept', refreshToken: token.successor ?? token.value }
  token.forgiven = token.rotatedAt !== undefined
  token.rotatedAt ??= Date.now()
  token.successor = issueRefreshToken(realm, token.grant, jkt)
  return { outcome: 'rotated', refreshToken: token.successor }
}

/** Whether it is too soon to rotate: this token, or the one that replaced it, has just been issued. */
function isSoon({ options }: Realm, { rotatedAt, issuedAt }: RefreshToken): boolean {
  return Date.now() - (rotatedAt ?? issuedAt) < (options.reuseInterval ?? 0) * 1000
}

/** Whether the server accepts a rotated refresh token a second time, instead of treating that as reuse. */
function mayForgive(realm: Realm, token: RefreshToken): boolean {
  const { options } = realm
  const age = Date.now() - (token.rotatedAt ?? 0)
  return isSoon(realm, token) || (!token.forgiven && age < (options.reuseGrace ?? 0) * 1000)
}

function refused(error: string, description: string): Refused {
  return { outcome: 'refused', error, description }
}
