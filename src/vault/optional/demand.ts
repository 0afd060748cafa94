import { AuthError } from '../../errors.js'
import { challengesOf } from '../token/challenge.js'

/**
 * What an API demands instead of answering a call, as the error that the call rejects with; `undefined`
 * where it demands nothing.
 *
 * @see [RFC 9470 §3](https://www.rfc-editor.org/rfc/rfc9470#section-3)
 */
export function demandOf(response: Response): AuthError | undefined {
  const stepUp = challengesOf(response).find(
    ({ params }) => params['error'] === 'insufficient_user_authentication',
  )
  if (!stepUp || response.status !== 401) return undefined
  const { acr_values: acrValues, max_age } = stepUp.params
  const maxAge = /^\d{1,9}$/.test(max_age ?? '') ? Number(max_age) : undefined
  const hint =
    'The API refused this call: sign in with its `acrValues` and `maxAge`, then repeat it.'
  return new AuthError('step_up_required', hint, undefined, { acrValues, maxAge })
}
