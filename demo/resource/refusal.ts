/** Why a call to the API is refused, with the status and the headers to answer, such as `WWW-Authenticate`. */
export class Refusal extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

export type Scheme = 'Bearer' | 'DPoP'

/**
 * The caller sent no token: the challenge has no error.
 *
 * @see [RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)
 */
export function tokenMissing(): Refusal {
  return new Refusal(401, 'This request needs an access token.', {
    'WWW-Authenticate': 'Bearer realm="pixy-auth demo"',
  })
}

/** The caller's token or its DPoP proof is not valid. */
export function tokenRefused(
  scheme: Scheme,
  description: string,
  error: 'invalid_token' | 'invalid_dpop_proof' = 'invalid_token',
): Refusal {
  return challenged(scheme, error, description)
}

/**
 * The user has to confirm the call.
 *
 * @see [RFC 9470 §3](https://www.rfc-editor.org/rfc/rfc9470#section-3)
 */
export function factorMissing(scheme: Scheme, acrValues: string, maxAge: number): Refusal {
  const wanted = `, acr_values="${acrValues}", max_age="${maxAge}"`
  const description = 'a recent second factor is needed'
  return challenged(scheme, 'insufficient_user_authentication', description, wanted)
}

function challenged(scheme: Scheme, error: string, description: string, more = ''): Refusal {
  const algs = scheme === 'DPoP' ? 'algs="ES256 EdDSA", ' : ''
  const said = `${scheme} ${algs}error="${error}", error_description="${description}"${more}`
  return new Refusal(401, description, { 'WWW-Authenticate': said })
}
