import { refuse } from './answers.js'
import { issueTokens, resourcesFor } from './issue.js'
import { knowsClient, type Call, type Grant, type Realm, type RefreshToken } from './realm.js'
import type { RefreshTokenUse } from './types.js'

interface Granted {
  outcome: 'rotated' | 'kept'
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
 * A refresh token for tokens, with rotation.
 *
 * @see [RFC 9700 §4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2)
 */
export async function refresh(realm: Realm, { params, fault, jkt }: Call): Promise<Response> {
  const refreshToken = params.get('refresh_token')
  if (refreshToken === null) return refuse('invalid_request', 'The refresh_token is missing.')
  // Judged before any await: of two presentations at one instant, one comes second.
  const verdict = judge(realm, refreshToken, params, jkt)
  const use: RefreshTokenUse = { refreshToken, at: Date.now(), outcome: verdict.outcome }
  realm.refreshTokenUses.push(use)
  if ('error' in verdict) return refuse(verdict.error, verdict.description, verdict.status)
  const withRefreshToken = verdict.outcome === 'rotated'
  return issueTokens(realm, { ...verdict, nonce: undefined, withRefreshToken, fault, jkt })
}

function judge(
  realm: Realm,
  value: string,
  params: URLSearchParams,
  jkt: string | undefined,
): Granted | Refused {
  const clientId = params.get('client_id')
  if (!knowsClient(realm, clientId)) {
    return { ...refused('invalid_client', 'The client_id is not known.'), status: 401 }
  }
  const token = realm.refreshTokens.get(value)
  if (!token || token.grant.revoked || token.grant.clientId !== clientId) {
    return refused('invalid_grant', 'The refresh token is not known, revoked, or another client’s.')
  }
  if (token.jkt !== undefined && token.jkt !== jkt) {
    return refused('invalid_grant', 'The refresh token is bound to another key.')
  }
  if (token.rotatedAt !== undefined && !mayForgive(realm, token)) {
    token.grant.revoked = true
    return { ...refused('invalid_grant', 'The refresh token was used before.'), outcome: 'reused' }
  }
  const { grant } = token
  const scope = params.get('scope')?.split(' ').filter(Boolean) ?? grant.scope
  if (!scope.every((word) => grant.scope.includes(word))) {
    return refused('invalid_scope', 'The scope exceeds what was granted.')
  }
  const resources = resourcesFor(grant, params)
  if (!resources) return refused('invalid_target', 'The resource was not authorized.')
  return { outcome: spend(realm, token), grant, scope, resources }
}

function spend(realm: Realm, token: RefreshToken): 'rotated' | 'kept' {
  if (realm.options.rotate === false) return 'kept'
  token.forgiven = token.rotatedAt !== undefined
  token.rotatedAt ??= Date.now()
  return 'rotated'
}

function mayForgive({ options }: Realm, token: RefreshToken): boolean {
  const age = Date.now() - (token.rotatedAt ?? 0)
  return !token.forgiven && age < (options.reuseGrace ?? 0) * 1000
}

function refused(error: string, description: string): Refused {
  return { outcome: 'refused', error, description }
}
