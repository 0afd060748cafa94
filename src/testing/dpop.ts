import { errorResponse, type ErrorResponse } from './answers.js'
import { base64url, fromBase64url, randomToken, sha256 } from './bytes.js'
import type { Realm } from './realm.js'

/** The result of checking a request's proof; empty where the request has none. */
export interface Proof {
  /** The thumbprint of the key that signed it. */
  jkt?: string
  /** Why the proof is refused. */
  refusal?: ErrorResponse
}

type Claims = Record<string, unknown>

const es256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const algorithms: Record<string, typeof es256 | { name: 'Ed25519' }> = {
  ES256: es256,
  EdDSA: { name: 'Ed25519' },
  Ed25519: { name: 'Ed25519' },
}

/**
 * Check the DPoP proof of a request. A proof is accepted once.
 *
 * @param accessToken the token that the proof must be for, at a resource
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
  if (!read) return { refusal: invalid('The proof is malformed, or its signature is wrong.') }
  const { claims, jkt } = read
  const refusal =
    refuseNonce(realm, claims) ??
    refuseRequest(request, claims) ??
    (await refuseToken(accessToken, claims)) ??
    refuseAge(realm, claims) ??
    refuseReuse(realm, claims)
  return refusal ? { refusal } : { jkt }
}

/**
 * The claims of a proof and the thumbprint of its key; undefined where its signature is wrong.
 *
 * @see [RFC 9449 §4.2](https://www.rfc-editor.org/rfc/rfc9449#section-4.2)
 */
async function readProof(proof: string): Promise<{ claims: Claims; jkt: string } | undefined> {
  const [head = '', body = '', signature = ''] = proof.split('.')
  const header = parse(head) as { typ?: string; alg?: string; jwk?: JsonWebKey }
  const claims = parse(body)
  const { typ, alg, jwk } = header
  const algorithm = algorithms[alg ?? '']
  if (typ !== 'dpop+jwt' || !algorithm || !jwk || 'd' in jwk) return undefined
  const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify'])
  const input = new TextEncoder().encode(`${head}.${body}`)
  const isGood = await crypto.subtle.verify(algorithm, key, fromBase64url(signature), input)
  return isGood ? { claims, jkt: await thumbprint(jwk) } : undefined
}

/**
 * The SHA-256 thumbprint of a public key.
 *
 * @see [RFC 7638 §3](https://www.rfc-editor.org/rfc/rfc7638#section-3)
 */
async function thumbprint({ crv, kty, x, y }: JsonWebKey): Promise<string> {
  // The hash covers exactly these members in this order; an Ed25519 key has no `y`.
  return base64url(await sha256(JSON.stringify({ crv, kty, x, y })))
}

/**
 * Refuse a proof without the nonce that the server wants.
 *
 * @see [RFC 9449 §8](https://www.rfc-editor.org/rfc/rfc9449#section-8)
 */
function refuseNonce(realm: Realm, { nonce }: Claims): ErrorResponse | undefined {
  const policy = realm.options.dpop?.nonce
  const expected = realm.dpopNonce
  if (policy === 'rotating' || policy === 'wrong') realm.dpopNonce = randomToken()
  if (!policy || (policy !== 'wrong' && nonce === expected)) return undefined
  return errorResponse('use_dpop_nonce', 'The proof must have the nonce of the header DPoP-Nonce.')
}

/** Refuse a proof that was made for a different method or URL. */
function refuseRequest({ method, url }: Request, { htm, htu }: Claims): ErrorResponse | undefined {
  const { origin, pathname } = new URL(url)
  if (htm === method && htu === origin + pathname) return undefined
  return invalid('The proof is for a different request.')
}

/** Refuse a proof that was made for a different access token. */
async function refuseToken(
  accessToken: string | undefined,
  { ath }: Claims,
): Promise<ErrorResponse | undefined> {
  if (accessToken === undefined) return undefined
  if (ath === base64url(await sha256(accessToken))) return undefined
  return invalid('The proof is for a different access token.')
}

/** Refuse a proof whose time is too far from the server's. */
function refuseAge({ options }: Realm, { iat }: Claims): ErrorResponse | undefined {
  const { tolerance = 60 } = options.dpop ?? {}
  if (Math.abs(Date.now() / 1000 - Number(iat)) <= tolerance) return undefined
  return invalid('The proof is too old, or its time is in the future.')
}

/** Refuse a proof that was accepted before, and remember this one. */
function refuseReuse(realm: Realm, { jti }: Claims): ErrorResponse | undefined {
  if (typeof jti !== 'string') return invalid('The proof has no jti.')
  if (realm.proofs.has(jti)) return invalid('The proof was used before.')
  realm.proofs.add(jti)
  return undefined
}

function parse(part: string): Claims {
  return JSON.parse(new TextDecoder().decode(fromBase64url(part))) as Claims
}

function invalid(description: string): ErrorResponse {
  return errorResponse('invalid_dpop_proof', description)
}
