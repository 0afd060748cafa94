import { AuthError } from '../errors.js'
import { fromServer as fromServerOfPage, refusesClient } from '../vault/token/errors.js'

const remedy =
  'It refused the client: check `clientId`, `clientSecret` or `clientKey`, and `clientAuthentication`.'

/**
 * What a failure at the server means, for a client that keeps a secret: a page without one is told to do
 * without, a backend to look at its own.
 *
 * @see [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)
 */
export function fromServer(failure: unknown): AuthError {
  const error = fromServerOfPage(failure)
  return error.oauth && refusesClient(error.oauth)
    ? new AuthError(error.code, remedy, error.oauth)
    : error
}
