import { base64url, fromBase64url, randomToken, sha256 } from './bytes.js'
import type { Refusal } from './authorization-request.js'
import type { Realm } from './realm.js'

/** Whose proof it is: the thumbprint of the key; neither where there is none. */
export interface Proof {
  jkt?: string
  refusal?: Refusal
}

type Json = Record<string, unknown>

const es256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const algorithms: Record<string, typeof es256 | { name: 'Ed25519' }> = {
  ES256: es256,
  EdDSA: { name: 'Ed25519' },
  Ed25519: { name: 'Ed25519' },
}

/**
 * Judge the proof that a request brings, and use it up.
 *
 * @param accessToken the token that it must be for, at a resource
 * @see [RFC 9449 §4.3](https://www.rfc-editor.org/rfc/rfc9449#section-4.3)
 */
export async function proofOf(
  realm: Realm,
  request: Request,
  accessToken?: string,
): Promise<Proof> {
  const proof = request.headers.get('dpop')
  if (proof === null) return {}
  const read = await readProof(proof).catch(() => undefined)
  if (!read) return refused('invalid_dpop_proof', 'The proof is malformed or badly signed.')
  const { claims, jkt } = read
  const { nonce, tolerance = 60 } = realm.options.dpop ?? {}
  const expected = realm.dpopNonce
  if (nonce === 'rotating' || nonce === 'wrong') realm.dpopNonce = randomToken()
  if (nonce && (nonce === 'wrong' || claims['nonce'] !== expected)) {
    return refused('use_dpop_nonce', 'The proof needs the nonce of DPoP-Nonce.')
  }
  const { origin, pathname } = new URL(request.url)
  const { jti, htm, htu, iat, ath } = claims
  if (htm !== request.method || htu !== origin + pathname) {
    return refused('invalid_dpop_proof', 'The proof is for another request.')
  }
  if (accessToken !== undefined && ath !== base64url(await sha256(accessToken))) {
    return refused('invalid_dpop_proof', 'The proof is for another token.')
  }
  if (!(Math.abs(Date.now() / 1000 - Number(iat)) <= tolerance)) {
    return refused('invalid_dpop_proof', 'The proof is not of now.')
  }
  if (typeof jti !== 'string' || realm.proofs.has(jti)) {
    return refused('invalid_dpop_proof', 'The proof was used before.')
  }
  realm.proofs.add(jti)
  return { jkt }
}

async function readProof(proof: string): Promise<{ claims: Json; jkt: string } | undefined> {
  const [head = '', body = '', signature = ''] = proof.split('.')
  const [header, claims] = [head, body].map(parse) as [Json, Json]
  const { typ, alg, jwk } = header as { typ?: string; alg?: string; jwk?: JsonWebKey }
  const algorithm = algorithms[alg ?? '']
  if (typ !== 'dpop+jwt' || !algorithm || !jwk || 'd' in jwk) return undefined
  const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify'])
  const input = new TextEncoder().encode(`${head}.${body}`)
  const good = await crypto.subtle.verify(algorithm, key, fromBase64url(signature), input)
  const { crv, kty, x, y } = jwk
  // RFC 7638: these members, in this order; an Ed25519 key has no `y`.
  return good
    ? { claims, jkt: base64url(await sha256(JSON.stringify({ crv, kty, x, y }))) }
    : undefined
}

function parse(part: string): Json {
  return JSON.parse(new TextDecoder().decode(fromBase64url(part))) as Json
}

function refused(error: string, error_description: string): Proof {
  return { refusal: { error, error_description } }
}
