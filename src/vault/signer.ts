import { own } from '../config.js'
import type { Inside } from './inside.js'
import type { Send, To } from './prover.js'
import type { Active, Token } from './record.js'

/** Sends a request with a proof, and once more where the server wants another one. */
export type Sign = (to: Omit<To, 'token'>, send: Send) => Promise<Response>

/** Who has a key, or, being a session with bound tokens, should have one. */
type Holder = Pick<Active, 'key'> & Partial<Pick<Active, 'session'>>

/** What signs the requests that bring this token, or ask for tokens; `undefined` where nothing is bound to a key. */
export async function signer(
  { prover }: Inside,
  { key, session }: Holder = {},
  token?: Token,
): Promise<Sign | undefined> {
  const bound = token ? token.type === 'dpop' : key || session?.tokenType === 'dpop'
  if (!bound) return undefined
  const { send } = await prover()
  return (to, go) => send(key, own({ ...to, token }), go)
}
