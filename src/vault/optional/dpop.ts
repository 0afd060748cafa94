import { AuthError } from '../../errors.js'
import { decodeJwt, hashOf, toBase64url, toUtf8 } from '../token/encoding.js'
import { challengeError } from '../token/www-authenticate.js'
import { refuse } from '../token/refuse.js'
import type { DPoP, ProofTarget } from '../context.js'
import type { ProofKey, Token } from '../record.js'
import type { SessionStore } from '../session.js'

async function createKey(offered: unknown = 'ES256'): Promise<ProofKey> {
  // Metadata may hold anything.
  const names = [offered].flat()
  // Ed25519 is RFC 9864's name for what others still call EdDSA.
  const alg = ['ES256', 'Ed25519', 'EdDSA'].find((name) => names.includes(name))
  const algorithm = alg === 'ES256' ? { name: 'ECDSA', namedCurve: 'P-256' } : { name: 'Ed25519' }
  try {
    if (!alg) throw new TypeError()
    const pair = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
    const { privateKey, publicKey } = pair as CryptoKeyPair
    const { crv, kty, x, y } = (await crypto.subtle.exportKey('jwk', publicKey)) as JsonWebKey
    return { alg, privateKey, jwk: { crv, kty, x, y } as ProofKey['jwk'] }
  } catch {
    throw new AuthError('unsupported', `\`dpop\`: the server takes ${JSON.stringify(names)}.`)
  }
}

/** The proof of one request. @see [RFC 9449 §4.2](https://www.rfc-editor.org/rfc/rfc9449#section-4.2) */
async function prove(
  { alg, jwk, privateKey }: ProofKey,
  { url, method, token }: ProofTarget,
  nonce: string | undefined,
  now: number,
): Promise<string> {
  const { origin, pathname } = new URL(url)
  const claims = {
    jti: crypto.randomUUID(),
    htm: method,
    htu: origin + pathname,
    iat: Math.floor(now / 1000),
    nonce,
    ath: token && (await hashOf(token.value)),
  }
  const input = [{ typ: 'dpop+jwt', alg, jwk }, claims]
    .map((part) => toBase64url(toUtf8(JSON.stringify(part))))
    .join('.')
  const { name } = privateKey.algorithm
  const signature = crypto.subtle.sign({ name, hash: 'SHA-256' }, privateKey, toUtf8(input))
  return `${input}.${toBase64url(await signature)}`
}

/** How many milliseconds this device's clock is ahead of the server's; NaN if that cannot be seen. */
function aheadBy({ headers }: Response, token: Token | undefined): number {
  const date = headers.get('date')
  if (date) return Date.now() - Date.parse(date)
  try {
    const { iat } = decodeJwt(token?.value ?? '', 1)
    return (token?.receivedAt ?? NaN) - Number(iat) * 1000
  } catch {
    return NaN
  }
}

/**
 * The text that names the error of a refusal. An API says it in a header, which CORS may hide; the
 * authorization server says it in the body.
 */
async function errorIn(response: Response, token: Token | undefined): Promise<string> {
  return token ? (challengeError(response) ?? '') : response.text()
}

/** Whether the server refused because of the nonce. If an API gives no reason but a new nonce, it may have. */
const wantsNonce = (error: string, token: Token | undefined, isNew: boolean): boolean =>
  /use_dpop_nonce/i.test(error) || (!!token && isNew && !error)

/** Proofs for one session, with the nonces and the clock of the servers that it speaks to. */
export function createDPoP(session: SessionStore): DPoP {
  // By origin: those in `resources`, and the server's own.
  const nonces = new Map<string, string>()
  let ahead = 0

  /** After a redirect the answer, and so its nonce, may be of another origin than `origin`. */
  function keepNonce({ headers, redirected }: Response, origin: string): string | null {
    const nonce = headers.get('dpop-nonce')
    if (nonce && !redirected) nonces.set(origin, nonce)
    return nonce
  }

  /** Learn from an answer whether another proof may do better, and why. */
  async function retryReason(
    response: Response,
    { url, token }: ProofTarget,
    sent: string | undefined,
  ): Promise<'nonce' | 'clock' | undefined> {
    const { origin } = new URL(url)
    const nonce = keepNonce(response, origin)
    if (![400, 401].includes(response.status)) return undefined
    const error = await errorIn(response, token)
    if (/use_dpop_nonce/i.test(error) && !nonce) {
      const detail = `${origin} wants a nonce: expose \`DPoP-Nonce\` to ${globalThis.origin}.`
      throw new AuthError('cors', detail)
    }
    if (nonce && wantsNonce(error, token, nonce !== sent)) return 'nonce'
    const found = /invalid_dpop_proof/i.test(error) ? aheadBy(response, token) : NaN
    if (!(Math.abs(found - ahead) > 2000)) return undefined
    ahead = found
    return 'clock'
  }

  async function endAsLost(key: ProofKey | undefined): Promise<never> {
    const error = new AuthError('key_lost')
    const record = session.active()
    if (record && record.key === key) {
      await refuse(session, record)
      session.setError(error)
    }
    throw error
  }

  return {
    createKey,
    thumbprint: ({ jwk }) => hashOf(JSON.stringify(jwk)),
    async send(key, target, send) {
      const tried = new Set<string>()
      for (;;) {
        const nonce = nonces.get(new URL(target.url).origin)
        const proof = await prove(key as ProofKey, target, nonce, Date.now() - ahead).catch(() =>
          endAsLost(key),
        )
        const response = await send(proof)
        const reason = await retryReason(response, target, nonce)
        if (!reason || target.isOneTime || tried.has(reason)) return response
        tried.add(reason)
      }
    },
    forgetNonces: () => nonces.clear(),
  }
}
