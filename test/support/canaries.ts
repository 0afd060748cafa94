import { createHash } from 'node:crypto'
import type { BrowserContext, Page } from '@playwright/test'
import type { LedgerEntry, MockServer } from '../../src/testing/index.js'
import { kept, learn, tap } from './page-recorder.js'
import type { Servers } from './servers.js'

// After each test its secrets and the names of its keys are searched for in every place where its
// pages and servers could have left them. Not in IndexedDB: the session is stored there.

/** The places that are searched. */
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

/** The places where a test puts secrets on purpose, and why. */
export type Planted = Partial<Record<Place, string>>

/** The code in the URL of a callback; ID token hint and key thumbprint in a URL of the server. */
const inUrls = /[?&#](code|id_token_hint|dpop_jkt)=[^&#"]*/g

/** Where a secret is allowed: this part of the text is removed before the rest is searched. */
const allowed: Partial<Record<Place, RegExp>> = {
  URL: inUrls,
  // A popup or frame takes the callback URL to the page that opened it, and nothing else.
  message:
    /^\["http[^"]*[?&]state=px1[pi][^"]*"(?:,\{"targetOrigin":"http:\/\/localhost:\d+"\})?\]$/,
  // A test may stop the browser on its way to the server, or put a callback into the address bar.
  history: /[?&](id_token_hint|dpop_jkt)=[^&#"]*|^\[null,"by the test",.*/g,
  // The page of a callback loads its scripts before the library runs, so their Referer has the code. Its
  // lazy chunks come later, and their Referer has no code. Chunks of the demo have a hash in their names.
  Referer:
    /^\/([a-z]+\/)?((main|react|vue|documented|libraries|frames|app|inspector|pixy-auth\.global|[0-9a-f-]{36}|(?!([a-z]+-)?(calls|dpop|protocol))[\w-]+-[\w-]{8})\.js|(style|show)\.css|mark\.svg) from .*/,
  // The pending sign-ins of the tab, where IndexedDB fails.
  sessionStorage: /^\["pixy-auth:transactions:.*/,
  // The access token in its header.
  API: /^access token=.*/gm,
  // The parameters and headers that bring secrets to the server, one per line.
  'authorization server':
    /^((authorize|par) (id_token_hint|dpop_jkt)|token (code|code_verifier|refresh_token)|userinfo access token|revocation token|end_session id_token_hint)=.*/gm,
}

// Firefox names a page by the URL that it was loaded from, in stacks and in its own error messages:
// this may show the spent code of a callback.
const inStacks = /(?<=(@|\(|Content at )https?:[^\s"\\]*[?&#]code=)[^&#\s"\\]*/g

type Json = Record<string, unknown>

/** A part of a JWT, decoded; empty for other text. */
function partOf(jwt: string, index: 0 | 1): Json {
  try {
    return JSON.parse(Buffer.from(jwt.split('.')[index] ?? '', 'base64url').toString()) as Json
  } catch {
    return {}
  }
}

/** The pieces by which a secret is recognised: of a JWT the end of its payload and its signature. */
export function marksOf(secret: string): string[] {
  const [, payload, signature] = secret.split('.')
  return payload && signature ? [payload.slice(-24), signature.slice(0, 24)] : [secret.slice(0, 24)]
}

/** The names of the keys that a token is signed with and bound to, or that has signed a proof. */
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

/** The secret members of a token request or a token response. */
const secretsIn = ({ code, code_verifier, access_token, refresh_token, id_token }: Json) =>
  [code, code_verifier, access_token, refresh_token, id_token].map((it) => String(it ?? ''))

const lines = (prefix: string, members: object): string =>
  Object.entries(members)
    .map(([name, value]) => `${prefix}${name}=${JSON.stringify(value)}`)
    .join('\n')

/** Records what the pages and servers of one test show, and searches it for secrets. */
export interface Canaries {
  /** Record what the pages of a context show, from the first one on. */
  listen(context: BrowserContext): Promise<void>
  /** Learn the secrets from the pages' token requests, if the server keeps no list of them. */
  learn(context: BrowserContext): Promise<void>
  /** Record what a context has stored, before it is closed. */
  look(context: BrowserContext): Promise<void>
  /** The pieces of text that are searched for. */
  marks(): Set<string>
  /** Each place where a secret was found, with the text around it. */
  found(planted: Planted, store: unknown): string[]
}

/** @param server the first mock server of the test */
export function createCanaries(
  browserName: string,
  servers?: Servers,
  server?: MockServer,
): Canaries {
  const records: [place: Place, text: string][] = []
  const learned: string[] = []
  const record = (place: Place, text: string): void => void records.push([place, text])
  const since = server && servers?.all.indexOf(server)
  const before = servers?.visits.length
  const mocks = (): readonly MockServer[] => servers?.all.slice(since) ?? []
  const ledger = (): LedgerEntry[] => mocks().flatMap((mock) => mock.ledger)
  const visits = () => servers?.visits.slice(before) ?? []

  /** The headers, with an access token under its own name. */
  function named({ authorization, ...others }: Record<string, string>): Record<string, unknown> {
    const token = authorization?.replace(/^(Bearer|DPoP) /, '') ?? ''
    const isMeant = mocks().some((mock) => isAccessToken(token, mock))
    return { ...others, ...(isMeant ? { 'access token': token } : { authorization }) }
  }

  /** Record the requests that the servers have received. */
  function recordRequests(): void {
    for (const { place, headers, ...visit } of visits())
      record(place, lines('', { ...visit, ...named(headers) }))
    for (const { endpoint, url, params, headers } of ledger()) {
      const { pathname } = new URL(url)
      record(
        'authorization server',
        lines(`${endpoint} `, { ...named(headers), ...params, pathname }),
      )
    }
  }

  function report(_: unknown, place: Place | 'issued', text: string): void {
    if (place !== 'issued') return record(place, text)
    try {
      learned.push(...secretsIn(JSON.parse(text) as Json))
    } catch {
      // Not JSON: no token response.
    }
  }

  async function lookAt(page: Page): Promise<void> {
    // If a test failed while its tab was frozen, the page does not answer. No other page takes so long.
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, 20_000))
    const end = await Promise.race([page.evaluate(kept).catch(() => undefined), late])
    for (const [place, text] of end?.stores ?? []) record(place, text)
    // A test may end before the library has cleaned the address bar of a callback.
    if (end?.over || !page.url().includes('code=')) record('history', page.url())
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
      context.on('console', (message) => record('console', message.text()))
      context.on('weberror', (error) => record('error', String(error.error().stack)))
      context.on('request', (request) => {
        record('URL', request.url())
        const { referer = '' } = request.headers()
        record('Referer', `${new URL(request.url()).pathname} from ${referer}`)
      })
      await Promise.all([context.exposeBinding('canary', report), context.addInitScript(tap)])
    },
    async learn(context) {
      await context.addInitScript(learn)
    },
    async look(context) {
      await Promise.all(context.pages().map(lookAt))
      record('cookie', JSON.stringify(await context.cookies()))
    },
    marks,
    found(planted, store) {
      recordRequests()
      const [secrets, found] = [marks(), new Set<string>()]
      const own = store === 'session' ? { sessionStorage: /^\["pixy-auth:.*/ } : {}
      const firefox = browserName === 'firefox' ? { error: inStacks } : {}
      const belongs: typeof allowed = { ...allowed, ...firefox, ...own }
      for (const [place, said] of records) {
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
