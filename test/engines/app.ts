import type { AuthOptions, AuthState, SignInOptions } from '../../src/index.js'
import type { MockServer } from '../../src/testing/index.js'
import { startServers, type Api, type Servers } from '../support/servers.js'
import { expect, test as base } from './webkit.js'
import type { WebKit } from './session.js'

export { expect } from './webkit.js'

/** What a page finds before its first script. */
interface Globals {
  /** The name of a global that it must do without. */
  denied?: string
  /** Options beside the usual ones. */
  options?: Partial<AuthOptions>
}

/** The test page in the current tab of a WebKitGTK browser. */
export class App {
  readonly webkit: WebKit
  readonly #origin: string
  readonly #options: AuthOptions

  constructor(webkit: WebKit, origin: string, options: AuthOptions) {
    this.webkit = webkit
    this.#origin = origin
    this.#options = options
  }

  /** Open a path of the app, and wait until it knows who is signed in. */
  async open(path = '/', { denied, options }: Globals = {}): Promise<AuthState> {
    await this.webkit.open(`${this.#origin}/nothing.js`)
    const given = JSON.stringify({ options: { ...this.#options, ...options }, denied })
    await this.webkit.evaluate((given) => localStorage.setItem('test', given), given)
    await this.webkit.open(this.#origin + path)
    return this.started()
  }

  /** Open the app in another tab, which becomes the current one. */
  async openTab(): Promise<string> {
    const tab = await this.webkit.newTab()
    await this.webkit.open(this.#origin)
    await this.started()
    return tab
  }

  started(): Promise<AuthState> {
    // The driver is back from a navigation before the page's modules have run.
    return this.webkit.evaluate(async () => {
      while (!window.auth) await new Promise((resolve) => setTimeout(resolve, 10))
      return window.auth.start()
    })
  }

  async signIn(options: Omit<SignInOptions, 'signal'> = {}): Promise<AuthState> {
    await this.webkit.evaluate((given) => void window.auth.signIn(given), options)
    await this.becomes('signed-in')
    return this.started()
  }

  /** Wait until the state of the current tab is of this status. */
  becomes(status: AuthState['status']): Promise<unknown> {
    return this.webkit.waitFor((wanted) => window.auth.state.status === wanted, status)
  }

  /** The statuses of `count` calls at once. */
  fetch(url: string, count = 1): Promise<number[]> {
    return this.webkit.evaluate(
      async (url, count) => {
        const calls = Array.from({ length: count }, () => window.auth.fetch(url))
        return (await Promise.all(calls)).map(({ status }) => status)
      },
      url,
      count,
    )
  }

  token(): Promise<string> {
    return this.webkit.evaluate(() => window.auth.getAccessToken())
  }

  /** What the origin keeps, beside what the test itself has left there. */
  kept(): Promise<string> {
    return this.webkit.evaluate(async () => {
      const { test: _, ...local } = { ...localStorage }
      const request = indexedDB.open('pixy-auth')
      const db = await new Promise<IDBDatabase>((resolve) => {
        request.onsuccess = () => resolve(request.result)
      })
      const all = db.transaction('keyval').objectStore('keyval').getAll()
      await new Promise((resolve) => (all.onsuccess = resolve))
      db.close()
      return JSON.stringify([local, { ...sessionStorage }, document.cookie, all.result])
    })
  }
}

interface Fixtures {
  server: MockServer
  api: Api
  app: App
}

export const test = base.extend<Fixtures, { servers: Servers }>({
  servers: [
    async ({}, use) => {
      const servers = await startServers()
      await use(servers)
      await servers.close()
    },
    { scope: 'worker' },
  ],
  server: async ({ servers }, use) => {
    const server = servers.newServer({
      accessTokenLifetime: 300,
      claims: { sub: 'ada', name: 'Ada Lovelace' },
      idTokenClaims: ['name'],
    })
    await use(server)
    server.heal()
  },
  api: async ({ servers, server }, use) => use(servers.newApi(() => server)),
  app: async ({ webkit, servers, server, api }, use) => {
    const options = {
      issuer: server.issuer,
      clientId: 'app',
      redirectUri: '/',
      scope: 'openid profile offline_access',
      resources: [api.url],
    }
    await use(new App(webkit, servers.appOrigin, options))
  },
})

/** The server saw this many refreshes, and none of them twice with the same token. */
export function expectRefreshes({ refreshTokenUses }: MockServer, count: number): void {
  expect(refreshTokenUses.map(({ outcome }) => outcome)).toEqual(
    Array.from({ length: count }, () => 'rotated'),
  )
}
