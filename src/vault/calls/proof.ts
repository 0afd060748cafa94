import { own } from '../../lib/own.js'
import type { ProofTarget, SendWithProof, VaultContext } from '../context.js'
import type { Active, Token } from '../record.js'

/** Sends a request with a proof, and again where the server wants another proof. */
export type Prove = (target: Omit<ProofTarget, 'token'>, send: SendWithProof) => Promise<Response>

/** What holds a key, or should hold one: a session with bound tokens. */
type KeyHolder = Pick<Active, 'key'> & Partial<Pick<Active, 'session'>>

/** How to prove possession for this token, or for a token request. `undefined` where nothing is bound. */
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
