import { AuthError } from '../errors.js'
import { fromServer as fromServerOfPage, refusesClient } from '../vault/token/errors.js'

const remedy =
  'It refused the client: check `clientId`, `clientSecret` or `clientKey`, and `clientAuthentication`.'

/**
 * The error for a failure at the server. If the server refused the client, the hint of a page would say that the client
 * must have no secret. A backend has one, so its hint names the options to check.
 *
 * @see [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)
 */
export function fromServer(failure: unknown): AuthError {
  const error = fromServerOfPage(failure)
  return error.oauth && refusesClient(error.oauth)
    ? new AuthError(error.code, remedy, error.oauth)
    : error
}
