import {
  constants,
  createHash,
  generateKeyPairSync,
  sign,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'
import type { AuthOptions } from '../../src/index.js'
import type { Fault, MockServer } from '../../src/testing/index.js'
import { expect, type Tab } from './fixture.js'
import { answer, type Leg } from './sign-in-steps.js'
import { overwrite } from './session.js'

// For tables of answers: a whole sign-in in a page that stays open, and ID tokens that are signed with
// other keys than the mock server's.

type Json = Record<string, unknown>

/** How one sign-in differs from the usual one. */
export interface Attempt {
  readonly options?: Partial<AuthOptions>
  readonly leg?: Leg
  /** What the token endpoint does. */
  readonly token?: Fault
  /** Another callback URL than the server's. */
  readonly change?: (href: string) => string
  /** What happens while the user is at the server. */
  readonly meanwhile?: () => Promise<void>
}

/**
 * Sign in without leaving the page (`mode: 'manual'`): a link is prepared, the server answers it, and
 * the answer is opened by a new client of the same page. Its state: the code of `state.error`, else the
 * status. A user who is signed in stays signed in.
 */
export async function signInHere(
  { page }: Tab,
  server: MockServer,
  { options = {}, leg = {}, token, change = (href) => href, meanwhile }: Attempt = {},
): Promise<string> {
  const link = await page.evaluate(
    async ([given, how]) => {
      window.auth?.dispose()
      const auth = window.Pixy.createAuth({ ...window.options, ...given })
      const url = await auth.signInUrl(how).catch((error: { code: string }) => error.code)
      auth.dispose()
      return url
    },
    [options, leg] as const,
  )
  if (!URL.canParse(link)) return link
  const href = change(await answer(server, link))
  await meanwhile?.()
  if (token) server.fail('token', token)
  return page.evaluate(
    async ([given, url]) => {
      history.replaceState(null, 'by the test', url)
      window.auth = window.Pixy.createAuth({ ...window.options, ...given })
      const state = await window.auth.start()
      return 'error' in state && state.error ? state.error.code : state.status
    },
    [options, href] as const,
  )
}

/** The same, and sign out afterwards. */
export async function tryHere(tab: Tab, server: MockServer, attempt: Attempt): Promise<string> {
  const said = await signInHere(tab, server, attempt)
  if (said === 'signed-in') await tab.signOut({ local: true })
  return said
}

/** Check that each row has the expected outcome. */
export async function expectRows<Row extends readonly [name: string, ...rest: unknown[]]>(
  rows: readonly Row[],
  expected: (row: Row) => unknown,
  work: (row: Row) => Promise<unknown>,
): Promise<void> {
  const outcomes: Json = {}
  for (const row of rows) outcomes[row[0]] = await work(row)
  expect(outcomes).toEqual(Object.fromEntries(rows.map((row) => [row[0], expected(row)])))
}

/** Publish these keys at a new URL that no page has seen, and delete everything that the browser stored. */
export async function publish(
  tab: Tab,
  server: MockServer,
  keys: readonly unknown[],
  fault: Fault = {},
): Promise<void> {
  server.heal()
  const jwks_uri = `${server.issuer}/jwks?${crypto.randomUUID()}`
  server.options.metadata = { ...server.options.metadata, jwks_uri }
  server.fail('jwks', { body: JSON.stringify({ keys }), ...fault }, Infinity)
  await overwrite(tab)
}

/** How often the keys have been requested. */
export const jwks = (server: MockServer): number => server.requests('jwks').length

/** A signer of ID tokens. */
export interface Signer {
  readonly alg: string
  readonly kid: string
  /** Its public key in a JWK Set. */
  readonly jwk: JsonWebKey
  sign(header: Json, claims: Json): string
}

const encoded = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64url')
const curves: Json = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

function keyPair(alg: string, bits: number): { publicKey: KeyObject; privateKey: KeyObject } {
  if (alg.startsWith('Ed')) return generateKeyPairSync('ed25519')
  const namedCurve = curves[alg]
  return namedCurve
    ? generateKeyPairSync('ec', { namedCurve: String(namedCurve) })
    : generateKeyPairSync('rsa', { modulusLength: bits })
}

/** A signer of that algorithm. */
export function createSigner(alg: string, kid = `${alg} key`, bits = 2048): Signer {
  const { publicKey, privateKey } = keyPair(alg, bits)
  const hash = alg.startsWith('Ed') ? null : `sha${alg.slice(2)}`
  const padding = alg.startsWith('PS')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {}
  return {
    alg,
    kid,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' },
    sign(header, claims) {
      const input = `${encoded(header)}.${encoded(claims)}`
      const key = { key: privateKey, dsaEncoding: 'ieee-p1363', ...padding } as const
      return `${input}.${sign(hash, Buffer.from(input), key).toString('base64url')}`
    },
  }
}

/** `at_hash` of an access token, by the hash of that algorithm. */
function hashOf(token: unknown, alg: string): string {
  const name = /256|384/.exec(alg)?.[0] ?? '512'
  const whole = createHash(`sha${name}`).update(String(token)).digest()
  return whole.subarray(0, whole.length / 2).toString('base64url')
}

/** The token answer with its ID token signed by this signer, with other claims. */
export function signedBy(
  signer: Pick<Signer, 'alg' | 'kid' | 'sign'>,
  claims: Json = {},
  header: Json = {},
): Fault {
  const { alg, kid } = signer
  return {
    body: (json) => {
      const [, payload = ''] = String(json['id_token']).split('.')
      const told = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Json
      const at_hash = hashOf(json['access_token'], String(header['alg'] ?? alg))
      const id_token = signer.sign({ alg, kid, ...header }, { ...told, at_hash, ...claims })
      return { ...json, id_token }
    },
  }
}

/** A signer without a key: its signature is always this text. */
export const keyless = (alg: string, signature = 'AAAA'): Pick<Signer, 'alg' | 'kid' | 'sign'> => ({
  alg,
  kid: 'no key',
  sign: (header, claims) => `${encoded(header)}.${encoded(claims)}.${signature}`,
})

/** The same signer, but one bit of each signature is changed. */
export const bending = ({ alg, kid, sign }: Signer): Pick<Signer, 'alg' | 'kid' | 'sign'> => ({
  alg,
  kid,
  sign(header, claims) {
    const [head, payload, signature = ''] = sign(header, claims).split('.')
    const bytes = Buffer.from(signature, 'base64url')
    bytes[9] = (bytes[9] ?? 0) ^ 1
    return [head, payload, bytes.toString('base64url')].join('.')
  },
})

/** The ID token with another payload. Its signature does not fit any more. */
export function repacked(jwt: unknown, change: (payload: string) => string): string {
  const [header, payload = '', signature] = String(jwt).split('.')
  const text = change(Buffer.from(payload, 'base64url').toString())
  return [header, Buffer.from(text).toString('base64url'), signature].join('.')
}

/** The ID token with other claims. Its signature does not fit any more. */
export const reclaimed = (jwt: unknown, change: (claims: object) => object): string =>
  repacked(jwt, (payload) => JSON.stringify(change(JSON.parse(payload) as object)))
