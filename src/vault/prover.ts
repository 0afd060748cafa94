import type { ProofKey, Token } from './record.js'

/** Where a request goes. */
export interface To {
  readonly method: string
  readonly url: string
  /** The token it brings. */
  readonly token?: Token | undefined
  /** Its body cannot be sent again. */
  readonly once?: boolean
}

/** Sends it with this proof. */
export type Send = (proof: string) => Promise<Response>

/** Proofs of possession. @see RFC 9449 section 4 */
export interface Prover {
  /** A new key, of an algorithm that the server takes. @throws AuthError `unsupported` for any other */
  create(offered: unknown): Promise<ProofKey>
  /** The name of a key, which the code is bound to. @see RFC 9449 section 10 */
  thumbprint(key: ProofKey): Promise<string>
  /**
   * Send a request with a proof; and once more with the nonce, and once with the time, that the
   * server wants.
   *
   * @throws AuthError `key_lost`: then the session has ended; `cors` where the nonce cannot be seen
   */
  send(key: ProofKey | undefined, to: To, send: Send): Promise<Response>
  forget(): void
}
