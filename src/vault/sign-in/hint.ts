import type { Active } from '../record.js'

/**
 * The ID token that tells the server whose session is meant. One that is long is left out: a server
 * refuses a URL that is too long for it. (A form would hold it, but a browser posts a form to another
 * site without most cookies, and pages may not post one at all: `form-action`.)
 *
 * @see [OpenID Connect RP-Initiated Logout §2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)
 */
export function hintOf({ idToken }: Pick<Active, 'idToken'>): string | undefined {
  return idToken && idToken.length <= 2000 ? idToken : undefined
}
