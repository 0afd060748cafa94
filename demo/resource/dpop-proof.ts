import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify, type JWTPayload } from 'jose'
import { tokenRefused } from './refusal.js'

/** The parts of a request that its token and its proof are checked against. */
export interface Call {
  readonly method: string
  readonly url: string
  readonly authorization?: string | undefined
  readonly dpop?: string | undefined
}

const lifetime = 60

/**
 * A check of DPoP proofs that accepts each proof once. It resolves if the proof was signed with the
 * key that the token is bound to, and was made for this request.
 *
 * @see [RFC 9449 §4.3](https://www.rfc-editor.org/rfc/rfc9449#section-4.3)
 */
export function dpopProofs(): (call: Call, token: string, thumbprint: unknown) => Promise<void> {
  const seen = new Map<string, number>()

  return async (call, token, thumbprint) => {
    if (!call.dpop) throw refused('the DPoP proof is missing')
    const { payload, protectedHeader } = await parse(call.dpop)
    const { jwk } = protectedHeader
    if (!jwk || (await calculateJwkThumbprint(jwk)) !== thumbprint) {
      throw refused('the DPoP proof was signed with a different key')
    }
    if (!isFor(payload, call, token)) throw refused('the DPoP proof is for a different request')
    if (isKnown(payload)) throw refused('the DPoP proof was used before')
  }

  function isKnown({ jti = '', iat = 0 }: JWTPayload): boolean {
    for (const [id, at] of seen) if (at < now() - 2 * lifetime) seen.delete(id)
    if (seen.has(jti)) return true
    seen.set(jti, iat)
    return false
  }
}

function parse(proof: string) {
  return jwtVerify(proof, EmbeddedJWK, {
    typ: 'dpop+jwt',
    algorithms: ['ES256', 'EdDSA', 'Ed25519'],
    requiredClaims: ['jti', 'htm', 'htu', 'iat', 'ath'],
    maxTokenAge: lifetime,
    clockTolerance: 5,
  }).catch(() => {
    throw refused('the DPoP proof is not valid')
  })
}

function isFor(payload: JWTPayload, call: Call, token: string): boolean {
  const hash = createHash('sha256').update(token).digest('base64url')
  const meant = URL.canParse(String(payload['htu'])) && new URL(String(payload['htu']))
  const asked = new URL(call.url)
  return (
    payload['htm'] === call.method &&
    payload['ath'] === hash &&
    meant !== false &&
    meant.origin + meant.pathname === asked.origin + asked.pathname
  )
}

const refused = (description: string) => tokenRefused('DPoP', description, 'invalid_dpop_proof')
const now = () => Math.floor(Date.now() / 1000)
