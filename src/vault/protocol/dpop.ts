import { base64url, digest, encoded } from '../../digest.js'
import { AuthError } from '../../errors.js'
import { fault } from '../../remedies.js'
import type { Prover, To } from '../prover.js'
import type { ProofKey, Token } from '../record.js'
import type { HeldSession } from '../session.js'
import { partOf } from './jwt.js'

async function create(offered: unknown = 'ES256'): Promise<ProofKey> {
  // Metadata may say anything.
  const names = [offered].flat()
  // RFC 9864 named anew what the others still call EdDSA.
  const alg = ['ES256', 'Ed25519', 'EdDSA'].find((name) => names.includes(name)) ?? ''
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

/** How far this device's clock is ahead of the server's, by what can be seen. */
function aheadBy({ headers }: Response, token: Token | undefined): number {
  const date = headers.get('date')
  if (date) return Date.now() - Date.parse(date)
  try {
    const { iat } = partOf(token?.value ?? '', 1)
    return (token?.receivedAt ?? NaN) - Number(iat) * 1000
  } catch {
    return NaN
  }
}

export function createProver(session: HeldSession): Prover {
  // By origin: as many as there are in `resources`, and the server's own.
  const nonces = new Map<string, string>()
  let ahead = 0

  async function prove(
    { alg, jwk, privateKey }: ProofKey,
    to: To,
    nonce: string | undefined,
  ): Promise<string> {
    const { origin, pathname } = new URL(to.url)
    const claims = {
      jti: crypto.randomUUID(),
      htm: to.method,
      htu: origin + pathname,
      iat: Math.floor((Date.now() - ahead) / 1000),
      nonce,
      ath: to.token && (await digest(to.token.value)),
    }
    const input = [{ typ: 'dpop+jwt', alg, jwk }, claims]
      .map((part) => base64url(encoded(JSON.stringify(part))))
      .join('.')
    const { name } = privateKey.algorithm
    const signature = crypto.subtle.sign({ name, hash: 'SHA-256' }, privateKey, encoded(input))
    return `${input}.${base64url(await signature)}`
  }

  /** Learn from an answer; why the same request with another proof may do better, if it may. */
  async function learn(
    response: Response,
    { url, token }: To,
    sent: string | undefined,
  ): Promise<string | undefined> {
    const { status, headers, redirected } = response
    const { origin } = new URL(url)
    const nonce = headers.get('dpop-nonce')
    if (nonce && !redirected) nonces.set(origin, nonce)
    if (status !== 400 && status !== 401) return undefined
    // The authorization server says why in the body, an API in a header, which CORS may hide.
    const why = token ? (headers.get('www-authenticate') ?? '') : await response.clone().text()
    const untold = token && nonce !== sent && !/error=/i.test(why)
    if (/use_dpop_nonce/i.test(why)) {
      if (!nonce)
        throw fault('cors', `${origin} wants a nonce: expose \`DPoP-Nonce\` to this origin.`)
      return 'nonce'
    }
    if (untold && nonce) return 'nonce'
    const found = /invalid_dpop_proof/i.test(why) ? aheadBy(response, token) : NaN
    if (!(Math.abs(found - ahead) > 2000)) return undefined
    ahead = found
    return 'clock'
  }

  async function lost(key: ProofKey | undefined): Promise<never> {
    const error = fault('key_lost')
    const record = session.active()
    if (record && record.key === key) {
      await session.refuse(record.refreshToken)
      session.trouble(error)
    }
    throw error
  }

  return {
    create,
    thumbprint: ({ jwk }) => digest(JSON.stringify(jwk)),
    async send(key, to, send) {
      const tried = new Set<string>()
      for (;;) {
        const nonce = nonces.get(new URL(to.url).origin)
        const proof = await prove(key as ProofKey, to, nonce).catch(() => lost(key))
        const response = await send(proof)
        const why = await learn(response, to, nonce)
        if (!why || to.once || tried.has(why)) return response
        tried.add(why)
        response.body?.cancel().catch(() => {})
      }
    },
    forget: () => nonces.clear(),
  }
}
