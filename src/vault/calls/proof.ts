import { own } from '../../lib/own.js'
import type { VaultContext } from '../context.js'
import type { Active, ProofKey, Token } from '../record.js'

/** The request that a proof is for. */
export interface ProofTarget {
  readonly method: string
  readonly url: string
  /** The token it carries. */
  readonly token?: Token | undefined
  /** Whether its body can be sent only once. */
  readonly isOneTime?: boolean
}

/** Sends the request with this proof. */
export type SendWithProof = (proof: string) => Promise<Response>

/** Proofs of possession. @see [RFC 9449 §4](https://www.rfc-editor.org/rfc/rfc9449#section-4) */
export interface DPoP {
  /** A new key, of an algorithm that the server accepts. @throws AuthError `unsupported` for any other */
  createKey(offered: unknown): Promise<ProofKey>
  /**
   * Names a key; the code is bound to it.
   *
   * @see [RFC 9449 §10](https://www.rfc-editor.org/rfc/rfc9449#section-10)
   */
  thumbprint(key: ProofKey): Promise<string>
  /**
   * Send a request with a proof; and once more with the nonce, and once with the time, that the
   * server wants.
   *
   * @throws AuthError `key_lost`: then the session has ended; `cors` where the nonce cannot be seen
   */
  send(key: ProofKey | undefined, target: ProofTarget, send: SendWithProof): Promise<Response>
  forgetNonces(): void
}

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
