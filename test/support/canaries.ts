import { createHash } from 'node:crypto'
import type { BrowserContext, Page } from '@playwright/test'
import type { LedgerEntry, MockServer } from '../../src/testing/index.js'
import { kept, learn, tap } from './page-recorder.js'
import type { Servers } from './servers.js'

// Every secret of a test, and the name of every key, is looked for afterwards, wherever its pages and
// servers could have left it. (IndexedDB is where the session lives: attacks.spec looks there.)

/** Where secrets are looked for. */
export type Place =
  | 'console'
  | 'error'
  | 'state'
  | 'message'
  | 'history'
  | 'localStorage'
  | 'sessionStorage'
  | 'cookie'
  | 'URL'
  | 'Referer'
  | 'API'
  | 'another origin'
  | 'authorization server'

/** Places that a test fills itself, and why. */
export type Planted = Partial<Record<Place, string>>

/** In a callback's URL the code, in one to the server the hint that it wants, and the key's name. */
const inUrls = /[?&#](code|id_token_hint|dpop_jkt)=[^&#"]*/g

/** All the places where a secret belongs: what is taken away before the rest is searched. */
const allowed: Partial<Record<Place, RegExp>> = {
  URL: inUrls,
  // Where a test stopped the browser on its way to the server, or put a callback itself.
  history: /[?&](id_token_hint|dpop_jkt)=[^&#"]*|^\[null,"by the test",.*/g,
  // What the page of a callback loads by itself is asked for before the library runs; none of the
  // lazy chunks is; those of the demo have a hash in their names.
  Referer:
    /^\/([a-z]+\/)?((main|react|vue|documented|libraries|frames|app|pixy-auth\.global|[0-9a-f-]{36}|(?!([a-z]+-)?(calls|dpop|protocol))[\w-]+-[\w-]{8})\.js|style\.css|mark\.svg) from .*/,
  // A tab's own sign-ins under way; and its own session, where that was asked for.
  sessionStorage: /^\["pixy-auth:transactions:.*/,
  // An access token in its header.
  API: /^access token=.*/gm,
  // The parameters and headers in which the server is told secrets, a line each.
  'authorization server':
    /^((authorize|par) (id_token_hint|dpop_jkt)|token (code|code_verifier|refresh_token)|userinfo access token|revocation token|end_session id_token_hint)=.*/gm,
}

// Firefox names a page by the URL that it was loaded from, in stacks and where it refuses to load: the
// spent code of a callback, and nothing else.
const inStacks = /(?<=(@|\(|Content at )https?:[^\s"\\]*[?&#]code=)[^&#\s"\\]*/g

type Json = Record<string, unknown>

/** What a part of a JWT says; nothing where it is none. */
function partOf(jwt: string, index: 0 | 1): Json {
  try {
    return JSON.parse(Buffer.from(jwt.split('.')[index] ?? '', 'base64url').toString()) as Json
  } catch {
    return {}
  }
}

/** What of a secret is enough to know it by; of a JWT, the end of what it says or its signature. */
function marksOf(secret: string): string[] {
  const [, payload, signature] = secret.split('.')
  return payload && signature ? [payload.slice(-24), signature.slice(0, 24)] : [secret.slice(0, 24)]
}

/** The names of the keys that a token is signed with and bound to, or a proof is made by. */
function keysOf(jwt: string): unknown[] {
  const { kid, jwk } = partOf(jwt, 0) as { kid?: string; jwk?: JsonWebKey }
  const { jkt } = (partOf(jwt, 1)['cnf'] ?? {}) as { jkt?: string }
  if (!jwk) return [kid, jkt]
  const { crv, kty, x, y } = jwk
  return [createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')]
}

const isAccessToken = (secret: string, { options, secrets }: MockServer): boolean =>
  secrets.has(secret) &&
  (secret.includes('.') ? partOf(secret, 0)['typ'] === 'at+jwt' : options.openid === false)

/** The members of a token request and of its answer that are secrets. */
const secretsIn = ({ code, code_verifier, access_token, refresh_token, id_token }: Json) =>
  [code, code_verifier, access_token, refresh_token, id_token].map((it) => String(it ?? ''))

const lines = (who: string, said: object): string =>
  Object.entries(said)
    .map(([name, value]) => `${who}${name}=${JSON.stringify(value)}`)
    .join('\n')

/** The ear and the eye of one test. */
export interface Canaries {
  /** Hear what the pages of a context say, from the first one on. */
  listen(context: BrowserContext): Promise<void>
  /** Learn from the pages what secrets a server gave them that keeps no list of its own. */
  learn(context: BrowserContext): Promise<void>
  /** Look at what a context keeps, before it is closed. */
  look(context: BrowserContext): Promise<void>
  /** What is looked for. */
  marks(): Set<string>
  /** Where secrets were found, and a piece of what was found. */
  found(planted: Planted, store: unknown): string[]
}

/** @param server the first mock server of the test */
export function createCanaries(
  browserName: string,
  servers?: Servers,
  server?: MockServer,
): Canaries {
  const heard: [place: Place, text: string][] = []
  const learned: string[] = []
  const hear = (place: Place, text: string): void => void heard.push([place, text])
  const since = server && servers?.all.indexOf(server)
  const before = servers?.visits.length
  const mocks = (): readonly MockServer[] => servers?.all.slice(since) ?? []
  const ledger = (): LedgerEntry[] => mocks().flatMap((mock) => mock.ledger)
  const visits = () => servers?.visits.slice(before) ?? []

  /** Headers, the access token in its own one told apart. */
  function named({ authorization, ...others }: Record<string, string>): Record<string, unknown> {
    const token = authorization?.replace(/^(Bearer|DPoP) /, '') ?? ''
    const isMeant = mocks().some((mock) => isAccessToken(token, mock))
    return { ...others, ...(isMeant ? { 'access token': token } : { authorization }) }
  }

  /** What the servers were asked. */
  function overhear(): void {
    for (const { place, headers, ...visit } of visits())
      hear(place, lines('', { ...visit, ...named(headers) }))
    for (const { endpoint, url, params, headers } of ledger()) {
      const { pathname } = new URL(url)
      hear(
        'authorization server',
        lines(`${endpoint} `, { ...named(headers), ...params, pathname }),
      )
    }
  }

  function told(_: unknown, place: Place | 'issued', text: string): void {
    if (place !== 'issued') return hear(place, text)
    try {
      learned.push(...secretsIn(JSON.parse(text) as Json))
    } catch {
      // What is no JSON is no token.
    }
  }

  async function lookAt(page: Page): Promise<void> {
    // A page hangs where a test failed while its tab was frozen. No other page takes so long.
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, 20_000))
    const end = await Promise.race([page.evaluate(kept).catch(() => undefined), late])
    for (const [place, text] of end?.stores ?? []) hear(place, text)
    // A test may end while the library has yet to run on the page that it came back to.
    if (end?.over || !page.url().includes('code=')) hear('history', page.url())
  }

  function marks(): Set<string> {
    const requests = ledger()
    const verifiers = requests.map(({ params }) => params['code_verifier'] ?? '')
    const issued = mocks().flatMap(({ secrets }) => Array.from(secrets))
    const secrets = [...issued, ...verifiers, ...learned].filter((secret) => secret.length > 20)
    const proofs = [...requests, ...visits()].map(({ headers }) => headers['dpop'] ?? '')
    const keys = [
      ...[...secrets, ...proofs].flatMap(keysOf),
      ...requests.map(({ params }) => params['dpop_jkt']),
    ]
    return new Set([...secrets.flatMap(marksOf), ...keys.flatMap((key) => (key ? [`${key}`] : []))])
  }

  return {
    async listen(context) {
      context.on('console', (message) => hear('console', message.text()))
      context.on('weberror', (error) => hear('error', String(error.error().stack)))
      context.on('request', (request) => {
        hear('URL', request.url())
        const { referer = '' } = request.headers()
        hear('Referer', `${new URL(request.url()).pathname} from ${referer}`)
      })
      await Promise.all([context.exposeBinding('canary', told), context.addInitScript(tap)])
    },
    async learn(context) {
      await context.addInitScript(learn)
    },
    async look(context) {
      await Promise.all(context.pages().map(lookAt))
      hear('cookie', JSON.stringify(await context.cookies()))
    },
    marks,
    found(planted, store) {
      overhear()
      const [secrets, found] = [marks(), new Set<string>()]
      const own = store === 'session' ? { sessionStorage: /^\["pixy-auth:.*/ } : {}
      const firefox = browserName === 'firefox' ? { error: inStacks } : {}
      const belongs: typeof allowed = { ...allowed, ...firefox, ...own }
      for (const [place, said] of heard) {
        if (planted[place] !== undefined) continue
        const text = said.replace(belongs[place] ?? '', '')
        for (const mark of secrets) {
          for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1))
            found.add(`${place}: ${text.slice(Math.max(0, at - 80), at + 30)}`)
        }
      }
      return [...found]
    },
  }
}
