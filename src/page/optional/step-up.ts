import type { AuthError } from '../../errors.js'
import type { SignInOptions } from '../../options.js'

/**
 * What a sign-in asks for, so that the API takes the call. Where the API does not say what it wants, the
 * user signs in again.
 *
 * @see [RFC 9470 §4](https://www.rfc-editor.org/rfc/rfc9470#section-4)
 */
export function optionsFor({ acrValues, maxAge }: AuthError): SignInOptions {
  const isVague = !acrValues && maxAge === undefined
  return { acrValues, maxAge, ...(isVague && { prompt: 'login' }) }
}
