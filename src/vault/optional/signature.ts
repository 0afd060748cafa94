import { AuthError } from '../../errors.js'
import { decodeJwt, fromBase64url, toUtf8 } from '../token/encoding.js'
import { isShared, issuerOf } from '../token/issuer.js'
import type { AuthorizationServer } from '../../options.js'
import type { Json } from '../token/errors.js'
import { http, type HttpContext } from '../token/http.js'

/** The keys of a server, as this page last saw them. */
interface Known {
  readonly at: number
  /** When they were last requested because no known key fitted. */
  readonly renewedAt: number
  readonly keys: Promise<readonly Json[]>
}

const minute = 60_000
const known = new Map<string, Known>()

// What WebCrypto and a JWK call the algorithms, by the start of their names.
const kinds: Readonly<Record<string, readonly [name: string, kty: string]>> = {
  RS: ['RSASSA-PKCS1-v1_5', 'RSA'],
  PS: ['RSA-PSS', 'RSA'],
  ES: ['ECDSA', 'EC'],
  Ed: ['Ed25519', 'OKP'],
}

async function download(context: HttpContext, url: string, cache: RequestCache): Promise<Json[]> {
  const { keys } = (await http(context, 'jwks', url, { cache })).json
  if (!Array.isArray(keys) || keys.length > 64)
    throw new AuthError('invalid_response', 'It is no JWK Set.')
  return keys.map((key) => Object(key) as Json)
}

/** @param renew whether to ask the server for its current keys, once in half a minute at most */
function keysAt(context: HttpContext, url: string, renew = false): Known['keys'] {
  const now = performance.now()
  const before = known.get(url)
  const { at = -Infinity, renewedAt = -Infinity, keys } = before ?? {}
  const isFresh = renew ? now - renewedAt < minute / 2 : now - at < 10 * minute
  if (keys && isFresh) return keys
  const fetched = download(context, url, renew ? 'no-cache' : 'default')
  known.set(url, { at: now, renewedAt: renew ? now : renewedAt, keys: fetched })
  // If the request fails, the keys that were known before still count.
  fetched.catch(() => (before ? known.set(url, before) : known.delete(url)))
  return fetched
}

/** The key, if it is one for this algorithm. The platform checks what the key may be used for. */
async function keyFor(algorithm: { name: string }, jwk: Json): Promise<CryptoKey | undefined> {
  const use = crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify'])
  const key = await use.catch(({ name }: Error) => {
    if (name === 'NotSupportedError') throw new AuthError('unsupported', `${algorithm.name}.`)
  })
  const { modulusLength = 2048 } = (key?.algorithm ?? {}) as { modulusLength?: number }
  return modulusLength < 2048 ? undefined : (key ?? undefined)
}

/** What WebCrypto needs to know of an algorithm, and the type of its keys. */
function algorithmOf(alg: unknown): { kty: string | undefined; algorithm: Algorithm } {
  // SHA-1 is not accepted.
  const [, kind = '', bits = ''] = /^(RS|PS|ES|Ed)(256|384|512|DSA|25519)$/.exec(String(alg)) ?? []
  const [name = '', kty] = kinds[kind] ?? []
  const namedCurve = `P-${bits === '512' ? 521 : bits}`
  const details = { hash: `SHA-${bits}`, namedCurve, saltLength: Number(bits) / 8 }
  return { kty, algorithm: { name, ...details } }
}

/** Whether one of these keys made the signature; `undefined` where none has its kind and name. */
async function isMadeBy(keys: readonly Json[], jwt: string): Promise<boolean | undefined> {
  const { alg, kid } = decodeJwt(jwt, 0)
  const { kty, algorithm } = algorithmOf(alg)
  const end = jwt.lastIndexOf('.')
  const [data, signature] = [toUtf8(jwt.slice(0, end)), fromBase64url(jwt.slice(end + 1))]
  // Firefox 153 ignores `use`, and its tab crashes if an RSA key is imported as a key of another kind.
  const fits = (jwk: Json): boolean =>
    jwk['kty'] === kty && (kid === undefined || jwk['kid'] === kid) && jwk['use'] !== 'enc'
  let made: boolean | undefined
  for (const jwk of keys.filter(fits)) {
    const key = await keyFor(algorithm, jwk)
    if (key) made = await crypto.subtle.verify(algorithm, key, signature, data)
    if (made) return true
  }
  return made
}

/**
 * Whether the server signed this JWT, by the keys that this page knows, or else by those that the server has
 * now.
 *
 * @throws AuthError `invalid_id_token` where no key fits, `unsupported`, and what `http` throws
 * @see [OpenID Connect Core §10.1](https://openid.net/specs/openid-connect-core-1_0.html#Signing)
 */
export async function isSigned(
  context: HttpContext,
  { jwks_uri, issuer }: AuthorizationServer,
  jwt: string,
): Promise<boolean> {
  if (!jwks_uri) throw new AuthError('unsupported', 'The server has no `jwks_uri`.')
  const { iss, tid } = decodeJwt(jwt, 1)
  // If many tenants share the keys, a key may be for one tenant alone: then it names that tenant's issuer.
  const signsHere = ({ issuer: own = iss }: Json): boolean =>
    !isShared(issuer) || issuerOf(String(own), tid) === iss
  const madeBy = async (renew?: boolean): Promise<boolean | undefined> =>
    isMadeBy((await keysAt(context, jwks_uri, renew)).filter(signsHere), jwt)
  const made = (await madeBy()) || (await madeBy(true))
  if (made === undefined) throw new AuthError('invalid_id_token', 'No key of the server fits.')
  return made
}
