/** Why a call to the API is refused, with the status and the `WWW-Authenticate` header to answer. */
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

/**
 * The caller sent no token: the challenge has no error.
 *
 * @see [RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)
 */
export function tokenMissing(): Refusal {
  return new Refusal(401, 'This request needs an access token.', 'Bearer realm="pixy-auth demo"')
}

/** The caller's token or its DPoP proof is not valid. */
export function tokenRefused(
  scheme: Scheme,
  description: string,
  error: 'invalid_token' | 'invalid_dpop_proof' = 'invalid_token',
): Refusal {
  const algs = scheme === 'DPoP' ? 'algs="ES256 EdDSA", ' : ''
  const challenge = `${scheme} ${algs}error="${error}", error_description="${description}"`
  return new Refusal(401, description, challenge)
}
