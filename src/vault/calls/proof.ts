import { own } from '../../lib/own.js'
import type { ProofTarget, SendWithProof, VaultContext } from '../context.js'
import type { Active, Token } from '../record.js'

/** Sends a request with a proof, and once more if the server wants another proof. */
export type Prove = (target: Omit<ProofTarget, 'token'>, send: SendWithProof) => Promise<Response>

/** Something that has a key, or should have one, such as a session with bound tokens. */
type KeyHolder = Pick<Active, 'key'> & Partial<Pick<Active, 'session'>>

/** How to prove possession for this token, or for a token request. `undefined` if no key is needed. */
export async function proofFor(
  { dpop }: Pick<VaultContext, 'dpop'>,
  { key, session }: KeyHolder = {},
  token?: Token,
): Promise<Prove | undefined> {
  const isBound = token ? token.type === 'dpop' : key || session?.tokenType === 'dpop'
  if (!isBound) return undefined
  const { send } = await dpop()
  return (target, sendWithProof) => send(key, own({ ...target, token }), sendWithProof)
}
