import { json } from './answers.js'
import { base64url, randomToken, sha256 } from './bytes.js'
import { claimsOf, type Grant, type Realm } from './realm.js'
import type { Fault } from './types.js'

/** The content of a token answer. */
export interface Issue {
  grant: Grant
  scope: string[]
  resources: string[]
  nonce: string | undefined
  refreshToken: string | undefined
  fault: Fault
  /** The thumbprint of the key that tokens are bound to. */
  jkt: string | undefined
}

const idTokenLifetime = 300

/**
 * A successful token answer.
 *
 * @see [RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)
 */
export async function issueTokens(realm: Realm, issue: Issue): Promise<Response> {
  const { grant, scope, refreshToken } = issue
  const openid = realm.options.openid !== false && grant.scope.includes('openid')
  const accessToken = await issueAccessToken(realm, issue)
  return json({
    access_token: accessToken,
    token_type: boundTo(realm, issue) ? 'DPoP' : 'Bearer',
    expires_in: lifetimeOf(realm),
    scope: scope.join(' '),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    ...(openid ? { id_token: await issueIdToken(realm, issue, accessToken) } : {}),
    ...realm.options.tokenMembers,
  })
}

/**
 * The resources that the access token is for: those that the token request names, or else all of the
 * grant. Undefined if the request names one that the grant does not cover.
 *
 * @see [RFC 8707 §2.2](https://www.rfc-editor.org/rfc/rfc8707#section-2.2)
 */
export function resourcesFor(grant: Grant, params: URLSearchParams): string[] | undefined {
  const asked = params.getAll('resource')
  if (asked.length === 0) return grant.resources
  const covered = grant.resources.length === 0 || asked.every((it) => grant.resources.includes(it))
  return covered ? asked : undefined
}

/**
 * An access token: a JWT, or an opaque value without OpenID Connect.
 *
 * @see [RFC 9068 §2.2](https://www.rfc-editor.org/rfc/rfc9068#section-2.2)
 */
async function issueAccessToken(realm: Realm, issue: Issue): Promise<string> {
  const { grant, scope, resources } = issue
  const iat = now()
  const claims = {
    iss: realm.issuer,
    sub: grant.subject,
    aud: resources.length > 1 ? resources : (resources[0] ?? realm.issuer),
    client_id: grant.clientId,
    scope: scope.join(' '),
    iat,
    exp: iat + lifetimeOf(realm),
    jti: randomToken(),
    auth_time: grant.authTime,
    ...(grant.acr ? { acr: grant.acr } : {}),
    ...boundTo(realm, issue),
  }
  const expiresAt = Date.now() + lifetimeOf(realm) * 1000
  const opaque = realm.options.openid === false
  const value = opaque ? randomToken() : await realm.keys.sign('at+jwt', claims)
  realm.accessTokens.set(value, { grant, claims, expiresAt })
  realm.secrets.add(value)
  return value
}

/** A new refresh token, bound to this key if there is one. */
export function issueRefreshToken(realm: Realm, grant: Grant, jkt: string | undefined): string {
  const value = randomToken()
  realm.refreshTokens.set(value, { value, grant, issuedAt: Date.now(), forgiven: false, jkt })
  realm.secrets.add(value)
  return value
}

/**
 * An ID token.
 *
 * @see [OpenID Connect Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)
 */
async function issueIdToken(realm: Realm, issue: Issue, accessToken: string): Promise<string> {
  const { grant, nonce, fault } = issue
  const identity = claimsOf(realm, grant)
  const chosen = (realm.options.idTokenClaims ?? []).map((name) => [name, identity[name]] as const)
  const halfHash = (await sha256(accessToken)).slice(0, 16)
  const iat = now()
  const value = await realm.keys.sign('JWT', {
    ...Object.fromEntries(chosen),
    ...issuerOf(realm),
    sub: grant.subject,
    aud: grant.clientId,
    exp: iat + idTokenLifetime,
    iat,
    nonce,
    auth_time: realm.options.authTime ?? grant.authTime,
    acr: grant.acr,
    sid: realm.options.frontchannelLogoutUris && grant.sid,
    at_hash: base64url(halfHash),
    ...fault.idToken,
  })
  realm.secrets.add(value)
  return value
}

/** The issuer in ID tokens. At a server with many tenants, each tenant is an issuer. */
function issuerOf({ issuer, options }: Realm): { iss: string; tid?: string } {
  const { tenant, metadata } = options
  if (tenant === undefined) return { iss: issuer }
  const shared = String(metadata?.['issuer'] ?? issuer)
  return { iss: shared.replace('{tenantid}', tenant), tid: tenant }
}

/**
 * The claim that binds an access token to a key; undefined for a Bearer token.
 *
 * @see [RFC 9449 §6.1](https://www.rfc-editor.org/rfc/rfc9449#section-6.1)
 */
function boundTo({ options }: Realm, { jkt }: Issue): { cnf: { jkt: string } } | undefined {
  return jkt === undefined || options.dpop?.bearer ? undefined : { cnf: { jkt } }
}

function lifetimeOf({ options }: Realm): number {
  return options.accessTokenLifetime ?? 300
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}
