/** Why a call to the API is refused: becomes the status and the `WWW-Authenticate` header. */
export class Refusal extends Error {
  readonly status: number
  readonly challenge: string | undefined

  constructor(status: number, message: string, challenge?: string) {
    super(message)
    this.status = status
    this.challenge = challenge
  }
}

export type Scheme = 'Bearer' | 'DPoP'

/** The caller sent no token: a challenge without an error. @see RFC 6750 section 3.1 */
export function tokenMissing(): Refusal {
  return new Refusal(401, 'This needs an access token.', 'Bearer realm="pixy-auth demo"')
}

/** The caller's token, or the proof that goes with it, is no good. */
export function tokenRefused(
  scheme: Scheme,
  description: string,
  error: 'invalid_token' | 'invalid_dpop_proof' = 'invalid_token',
): Refusal {
  const algs = scheme === 'DPoP' ? 'algs="ES256 EdDSA", ' : ''
  const challenge = `${scheme} ${algs}error="${error}", error_description="${description}"`
  return new Refusal(401, description, challenge)
}
