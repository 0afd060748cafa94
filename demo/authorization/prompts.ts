import type { interactionPolicy as types } from 'oidc-provider'
import { interactionPolicy } from './provider.js'

/**
 * The prompts of oidc-provider (sign-in and consent), and one more: `prompt=create` asks the user to
 * create an account.
 *
 * @see [Initiating User Registration §4](https://openid.net/specs/openid-connect-prompt-create-1_0.html)
 */
export function prompts(): types.DefaultPolicy {
  const policy = interactionPolicy.base()
  policy.add(new interactionPolicy.Prompt({ name: 'create', requestable: true }), 0)
  return policy
}
