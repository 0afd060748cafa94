import type { TraceChallenge } from '../../trace.js'
import { challengeError } from '../token/www-authenticate.js'

const known = /^(invalid_token|insufficient_(scope|user_authentication)|use_dpop_nonce)$/

/**
 * What a `WWW-Authenticate` header demands, as one of the known words.
 *
 * @see [RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)
 */
export function challengeIn(header: string | null): TraceChallenge {
  const error = challengeError({ headers: new Headers({ 'www-authenticate': header ?? '' }) })
  return error === undefined ? 'none' : known.test(error) ? (error as TraceChallenge) : 'other'
}
