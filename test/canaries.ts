import type { BrowserContext } from '@playwright/test'
import type { LedgerEntry, MockServer } from '../src/testing/index.js'
import type { Servers } from './servers.js'

// Every secret of a test is looked for afterwards, wherever its pages and servers could have left
// it. The places where one belongs are said here; `planted` of a test names those that it fills itself.

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

declare global {
  interface Window {
    /** Tells the test what a page said, threw or kept; in the fixture's contexts only. */
    tell?: (place: Place, what: unknown) => void
    canary?: (place: Place, text: string) => void
  }
}

/** Runs in each page before its first script. */
function tap(): void {
  // An error tells of itself and of its causes.
  const whole = (_: string, value: unknown): unknown => {
    if (!(value instanceof Error)) return value
    const { name, message, stack, cause } = value
    return { ...value, name, message, stack, cause }
  }
  window.tell = (place, what) => {
    try {
      window.canary?.(place, JSON.stringify(what, whole) ?? '')
    } catch {
      // What cannot be told as text holds no text.
    }
  }
  const tapped = (target: object, names: string[], place: (self: unknown) => Place): void => {
    const all = target as Record<string, (...given: unknown[]) => unknown>
    for (const name of names) {
      const real = all[name]
      all[name] = function (this: unknown, ...given: unknown[]) {
        window.tell?.(place(this), given)
        return real?.apply(this, given)
      }
    }
  }
  tapped(console, ['debug', 'error', 'info', 'log', 'warn'], () => 'console')
  tapped(History.prototype, ['pushState', 'replaceState'], () => 'history')
  tapped(BroadcastChannel.prototype, ['postMessage'], () => 'message')
  tapped(window, ['postMessage'], () => 'message')
  tapped(Storage.prototype, ['setItem'], (self) =>
    self === window.sessionStorage ? 'sessionStorage' : 'localStorage',
  )
  addEventListener('unhandledrejection', ({ reason }) => window.tell?.('error', reason))
  addEventListener('error', ({ error }) => window.tell?.('error', error))
}

/** The parameters and headers in which the authorization server is told secrets. */
const proper: Partial<Record<LedgerEntry['endpoint'] | 'unknown', readonly string[]>> = {
  authorize: ['id_token_hint'],
  par: ['id_token_hint'],
  token: ['code', 'code_verifier', 'refresh_token'],
  userinfo: ['authorization'],
  revocation: ['token'],
  end_session: ['id_token_hint'],
}

/** A code comes to the app in its own parameter, and to a server goes the hint that it wants. */
const inUrls = /[?&#](code|id_token_hint)=[^&#"]*/g

/** Firefox names a page by the URL that it was loaded from, in stacks and where it refuses to load. */
const namedByFirefox = /(@|\(|Content at )https?:[^\s"\\]*/g

/** What of a secret is enough to know it by; of a JWT, the end of what it says or its signature. */
function marksOf(secret: string): string[] {
  const [, payload, signature] = secret.split('.')
  return payload && signature ? [payload.slice(-24), signature.slice(0, 24)] : [secret.slice(0, 24)]
}

const isAccessToken = (secret: string, { options }: MockServer): boolean =>
  secret.includes('.')
    ? atob(secret.split('.')[0] ?? '').includes('at+jwt')
    : options.openid === false

/** The ear and the eye of one test. */
export interface Canaries {
  /** Hear what the pages of a context say, from the first one on. */
  listen(context: BrowserContext): Promise<void>
  /** Look at what a context keeps, before it is closed. */
  look(context: BrowserContext): Promise<void>
  /** Where secrets were found, and a piece of what was found. */
  found(planted: Planted, store: unknown): string[]
}

/** @param server the first mock server of the test */
export function createCanaries(servers: Servers, server: MockServer): Canaries {
  const heard: [place: Place, text: string][] = []
  const hear = (place: Place, text: string): void => {
    heard.push([place, place === 'error' ? text.replace(namedByFirefox, '') : text])
  }
  const [since, visits] = [servers.all.indexOf(server), servers.visits.length]

  /** What the servers were asked, without what they are meant to be told. */
  function overhear(mocks: readonly MockServer[]): void {
    for (const { headers, ...visit } of servers.visits.slice(visits)) {
      const { authorization = '', ...others } = headers
      const isEvil = others['host'] === new URL(servers.evil.origin).host
      const secret = authorization.replace(/^Bearer /, '')
      const isMeant = !isEvil && mocks.some((mock) => isAccessToken(secret, mock))
      hear(
        isEvil ? 'another origin' : 'API',
        JSON.stringify([visit, others, isMeant || authorization]),
      )
    }
    for (const { endpoint, url, params, headers } of mocks.flatMap(({ ledger }) => ledger)) {
      const belongs = proper[endpoint] ?? []
      const others = Object.entries({ ...params, ...headers }).filter(
        ([name]) => !belongs.includes(name),
      )
      hear('authorization server', JSON.stringify([url.replace(inUrls, ''), others]))
    }
  }

  return {
    async listen(context) {
      context.on('console', (message) => hear('console', message.text()))
      context.on('weberror', (error) => hear('error', String(error.error().stack)))
      context.on('request', (request) => {
        hear('URL', request.url().replace(inUrls, ''))
        // What the page of a callback loads by itself is asked for before the library runs.
        const own = /^[^?#]*\/([a-z]+|pixy-auth\.global)\.js$/.test(request.url())
        if (!own) hear('Referer', request.headers()['referer'] ?? '')
      })
      await Promise.all([
        context.exposeBinding('canary', (_, place: Place, text: string) => hear(place, text)),
        context.addInitScript(tap),
      ])
    },
    async look(context) {
      const hint = /id_token_hint=[^&]*/
      for (const page of context.pages()) {
        // A test may end while the library has yet to run on the page that it came back to.
        const isOver = (): boolean => (window.auth?.state.status ?? 'loading') !== 'loading'
        const looks =
          !page.url().includes('code=') || (await page.evaluate(isOver).catch(() => false))
        if (looks) hear('history', page.url().replace(hint, ''))
      }
      hear('cookie', JSON.stringify(await context.cookies()))
    },
    found(planted, store) {
      const mocks = servers.all.slice(since)
      overhear(mocks)
      const issued = mocks.flatMap(({ secrets }) => Array.from(secrets))
      const verifiers = mocks.flatMap(({ ledger }) =>
        ledger.map(({ params }) => params['code_verifier'] ?? ''),
      )
      const secrets = [...issued, ...verifiers]
      const marks = new Set(secrets.filter((secret) => secret.length > 20).flatMap(marksOf))
      const found = new Set<string>()
      for (const [place, said] of heard) {
        if (planted[place] !== undefined) continue
        // A tab keeps its own sign-ins under way, and its own session where that was asked for.
        const kept = store === 'session' ? /^\["pixy-auth:/ : /^\["pixy-auth:transactions:/
        if (place === 'sessionStorage' && kept.test(said)) continue
        const text = place === 'history' && said.startsWith('[') ? said.replace(inUrls, '') : said
        for (const mark of marks) {
          const at = text.indexOf(mark)
          if (at >= 0) found.add(`${place}: ${text.slice(Math.max(0, at - 80), at + 30)}`)
        }
      }
      return [...found]
    },
  }
}
