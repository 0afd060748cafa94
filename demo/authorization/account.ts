import type {
  Account,
  AccessToken,
  ClientCredentials,
  JWTStructured,
  KoaContextWithOIDC,
} from 'oidc-provider'
import { claimsOf, type Users } from './users.js'

/** The account in the form that oidc-provider expects. */
export function account(users: Users, sub: string): Account | undefined {
  const user = users.find(sub)
  return user && { accountId: sub, claims: (_use, scope) => ({ ...claimsOf(user, scope), sub }) }
}

/**
 * Claims of the access token, so that the API needs no request: the user's name, and how and when the user signed in.
 *
 * @see [RFC 9068 §2.2.1](https://www.rfc-editor.org/rfc/rfc9068#section-2.2.1)
 */
export function claimsForApi(
  { oidc }: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
  users: Users,
) {
  if (!('accountId' in token)) return undefined
  const { acr, authTime } = oidc.entities.AuthorizationCode ?? oidc.entities.RefreshToken ?? {}
  const user = token.scopes.has('profile') ? users.find(token.accountId) : undefined
  return { ...(user && { name: user.name }), acr, auth_time: authTime }
}

/**
 * Make the access token valid for two audiences, the API and UserInfo. oidc-provider's own UserInfo
 * endpoint would need a second token; `user-info.ts` accepts this one.
 *
 * @param issued gets the `jti` of each token
 */
export function alsoForUserInfo(issuer: string, issued: Set<string>) {
  return (_ctx: unknown, token: AccessToken | ClientCredentials, { payload }: JWTStructured) => {
    issued.add(String(payload['jti']))
    if (token.scopes.has('openid')) payload['aud'] = [payload['aud'], `${issuer}/me`].flat()
  }
}
