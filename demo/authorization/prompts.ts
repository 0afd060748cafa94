import type { interactionPolicy as types } from 'oidc-provider'
import { interactionPolicy } from './provider.js'

/**
 * When the user is asked: to sign in and to consent, as oidc-provider has it, and to make an
 * account where the client says `prompt=create`.
 * @see Initiating User Registration via OpenID Connect 1.0 section 4
 */
export function prompts(): types.DefaultPolicy {
  const policy = interactionPolicy.base()
  policy.add(new interactionPolicy.Prompt({ name: 'create', requestable: true }), 0)
  return policy
}
