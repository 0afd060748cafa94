import type { Active } from '../record.js'

/**
 * The ID token, which tells the server whose session is meant. A long one is left out, as a server refuses a
 * URL that is too long for it. (A form could carry it. But a browser posts a form to another site without most
 * cookies, and a page may not be allowed to post one: `form-action`.)
 *
 * @see [OpenID Connect RP-Initiated Logout §2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)
 */
export function hintOf({ idToken }: Pick<Active, 'idToken'>): string | undefined {
  return idToken && idToken.length <= 2000 ? idToken : undefined
}
