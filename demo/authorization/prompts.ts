import type { interactionPolicy as types } from 'oidc-provider'
import { secondFactor } from '../second-factor.js'
import { interactionPolicy } from './provider.js'

/**
 * The prompts of oidc-provider (sign-in and consent), and two more: `prompt=create` asks the user to
 * create an account, and `acr_values` may ask a signed-in user for a second factor.
 *
 * @see [Initiating User Registration §4](https://openid.net/specs/openid-connect-prompt-create-1_0.html)
 */
export function prompts(): types.DefaultPolicy {
  const policy = interactionPolicy.base()
  const { Check } = interactionPolicy
  policy.get('login')?.checks.add(
    new Check('second_factor', 'a second factor is needed', ({ oidc }) => {
      const isWanted = wantsSecondFactor(oidc.params)
      return isWanted && oidc.session?.acr !== secondFactor
        ? Check.REQUEST_PROMPT
        : Check.NO_NEED_TO_PROMPT
    }),
  )
  policy.add(new interactionPolicy.Prompt({ name: 'create', requestable: true }), 0)
  return policy
}

/** Whether the app asks for a second factor. @see [RFC 9470 §4](https://www.rfc-editor.org/rfc/rfc9470#section-4) */
export function wantsSecondFactor(params: Readonly<Record<string, unknown>> = {}): boolean {
  return String(params['acr_values'] ?? '')
    .split(' ')
    .includes(secondFactor)
}
