import { expect, test as base, type BrowserContext } from '@playwright/test'
import type { AuthOptions } from '../../src/index.js'
import type { MockServer, MockServerOptions } from '../../src/testing/index.js'
import { createCanaries, type Canaries, type Planted } from './canaries.js'
import { startServers, type Api, type Servers } from './servers.js'
import { Tab } from './tab.js'

export { expect } from '@playwright/test'
export type { Planted } from './canaries.js'
export { Tab, type Outcome, type Read } from './tab.js'

type Mode = 'honest' | 'manual' | undefined

export interface Fixtures {
  /** Options that the app has in addition to the usual ones; `undefined` removes one. */
  options: Partial<AuthOptions>
  /** How the mock server differs from the usual one. */
  serverOptions: Partial<MockServerOptions>
  mode: Mode
  /** Places where this test puts secrets itself, and why. */
  planted: Planted
  /** Searches after each test for secrets in places where none may be. */
  canaries: Canaries
  server: MockServer
  api: Api
  /** Fails a test whose pages violated their Content Security Policy. */
  noViolation: void
  /** The first tab, with no page open yet. */
  app: Tab
  /** Another tab of the same browser profile, opened at `/` and started. */
  secondTab: () => Promise<Tab>
  /** A tab of another browser profile, opened at `/` and started. */
  otherBrowser: () => Promise<Tab>
  /** The options the pages get. */
  appOptions: AuthOptions
}

export interface WorkerFixtures {
  servers: Servers
}

async function prepare(context: BrowserContext, options: AuthOptions, mode: Mode): Promise<void> {
  await context.addInitScript(
    ([given, how]) => {
      window.options = given
      if (how) window.mode = how
    },
    [options, mode] as const,
  )
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  servers: [
    async ({}, use) => {
      const servers = await startServers()
      await use(servers)
      await servers.close()
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ servers }, use) => use(servers.appOrigin),
  options: [{}, { option: true }],
  serverOptions: [{}, { option: true }],
  mode: [undefined, { option: true }],
  planted: [{}, { option: true }],
  canaries: async ({ browserName, servers, server, planted, options }, use) => {
    const canaries = createCanaries(browserName, servers, server)
    await use(canaries)
    expect(canaries.found(planted, options.store), 'Secrets are where none belong.').toEqual([])
  },
  server: async ({ servers, serverOptions }, use) => {
    const server = servers.newServer(serverOptions)
    await use(server)
    server.heal()
  },
  api: async ({ servers, server }, use) => use(servers.newApi(() => server)),
  noViolation: [
    async ({ servers }, use) => {
      await use()
      base.expect(servers.violations.splice(0), 'Content Security Policy').toEqual([])
    },
    { auto: true },
  ],
  appOptions: async ({ server, api, options }, use) => {
    const usual: AuthOptions = {
      issuer: server.issuer,
      clientId: 'app',
      redirectUri: '/',
      scope: 'openid profile email offline_access',
      resources: [api.url],
    }
    const given = Object.entries({ ...usual, ...options }).filter(
      ([, value]) => value !== undefined,
    )
    await use(Object.fromEntries(given) as unknown as AuthOptions)
  },
  context: async ({ context, appOptions, mode, canaries }, use) => {
    await canaries.listen(context)
    await prepare(context, appOptions, mode)
    await use(context)
    await canaries.look(context)
  },
  app: async ({ page }, use) => use(new Tab(page)),
  secondTab: async ({ context }, use) => {
    await use(async () => {
      const tab = new Tab(await context.newPage())
      await tab.open()
      return tab
    })
  },
  otherBrowser: async ({ browser, baseURL, appOptions, mode, canaries }, use) => {
    const contexts: BrowserContext[] = []
    await use(async () => {
      const context = await browser.newContext({ ...(baseURL !== undefined && { baseURL }) })
      contexts.push(context)
      await canaries.listen(context)
      await prepare(context, appOptions, mode)
      const tab = new Tab(await context.newPage())
      await tab.open()
      return tab
    })
    for (const context of contexts) await canaries.look(context)
    await Promise.all(contexts.map((context) => context.close()))
  },
})
