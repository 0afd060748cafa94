import { AuthError } from '../../errors.js'
import { challengesOf, type Challenge } from '../token/www-authenticate.js'

// The characters of a scope. RFC 6749 §3.3.
const scopes = /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,1000}$/

/**
 * What an API demands instead of answering a call, as the error that the call rejects with; `undefined`
 * where it demands nothing.
 *
 * @see [RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)
 * @see [RFC 9470 §3](https://www.rfc-editor.org/rfc/rfc9470#section-3)
 */
export function demandOf(response: Response): AuthError | undefined {
  const demanded = (word: string): Challenge | undefined =>
    challengesOf(response).find(({ params }) => params['error'] === word)
  const more = demanded('insufficient_scope')
  if (more && response.status === 403) return moreScope(more)
  const stepUp = demanded('insufficient_user_authentication')
  if (!stepUp || response.status !== 401) return undefined
  const { acr_values: acrValues, max_age } = stepUp.params
  const maxAge = /^\d{1,9}$/.test(max_age ?? '') ? Number(max_age) : undefined
  const hint =
    'The API refused this call: sign in with its `acrValues` and `maxAge`, then repeat it.'
  return new AuthError('step_up_required', hint, undefined, { acrValues, maxAge })
}

function moreScope({ params: { scope = '' } }: Challenge): AuthError {
  const hint = 'The API refused this call: sign in with its `scope`, then repeat it.'
  const wanted = scopes.test(scope) ? scope : undefined
  return new AuthError('insufficient_scope', hint, undefined, { scope: wanted })
}
