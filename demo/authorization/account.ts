import type { Account, AccessToken, ClientCredentials, JWTStructured } from 'oidc-provider'
import { claimsOf, type Users } from './users.js'

/** The account in the form that oidc-provider wants. */
export function account(users: Users, sub: string): Account | undefined {
  const user = users.find(sub)
  return user && { accountId: sub, claims: (_use, scope) => ({ ...claimsOf(user, scope), sub }) }
}

/** The user's name for the access token, so that the API can greet the user without a request. */
export function nameOf(token: AccessToken | ClientCredentials, users: Users) {
  if (!('accountId' in token) || !token.scopes.has('profile')) return undefined
  const user = users.find(token.accountId)
  return user && { name: user.name }
}

/**
 * Make the access token valid for the API and for UserInfo: its audience is both. oidc-provider's own
 * UserInfo endpoint would want a second token; `user-info.ts` accepts this one.
 */
export function alsoForUserInfo(issuer: string) {
  return (_ctx: unknown, token: AccessToken | ClientCredentials, { payload }: JWTStructured) => {
    if (token.scopes.has('openid')) payload['aud'] = [payload['aud'], `${issuer}/me`].flat()
  }
}
