import {
  startAuthorizationServer,
  type AuthorizationServer,
} from '../../demo/authorization-server.js'
import { startResourceServer } from '../../demo/resource-server.js'
import type { AuthOptions, AuthState, SignInOptions } from '../../src/index.js'
import { expect, test as base, type Tab } from './fixture.js'
import { Person, requestsTo } from './demo.js'

interface ProviderFixtures {
  /** The certified server, one for each test. */
  provider: AuthorizationServer
  /** Two APIs, each of which needs its own token. */
  apis: { readonly orders: string; readonly reports: string }
  /** The requests of the pages to the provider, such as `POST /token`. */
  requests: string[]
}

export const audiences = ['urn:orders', 'urn:reports'] as const

export const test = base.extend<ProviderFixtures>({
  provider: async ({ servers }, use) => {
    const provider = await startAuthorizationServer({
      appOrigins: [servers.appOrigin],
      audiences,
    })
    await use(provider)
    await provider.close()
  },
  apis: async ({ servers, provider }, use) => {
    const allowedOrigins = [servers.appOrigin]
    const { issuer } = provider
    const [orders, reports] = await Promise.all([
      startResourceServer({ issuer, allowedOrigins, audience: audiences[0] }),
      startResourceServer({ issuer, allowedOrigins, audience: audiences[1] }),
    ])
    await use({ orders: `${orders.origin}/api/me`, reports: `${reports.origin}/api/me` })
    await Promise.all([orders.close(), reports.close()])
  },
  appOptions: async ({ provider, apis, options }, use) => {
    const { issuer, clientId } = provider
    const usual: AuthOptions = {
      issuer,
      clientId,
      redirectUri: '/',
      postLogoutRedirectUri: '/',
      scope: 'openid profile email offline_access',
      resources: [new URL('/', apis.orders).href],
    }
    await use({ ...usual, ...options })
  },
  context: async ({ context, canaries }, use) => {
    await canaries.learn(context)
    await use(context)
  },
  requests: async ({ context, provider }, use) => {
    await use(requestsTo(context, provider.issuer))
  },
})

/** Leave for the sign-in page. */
export async function leave(
  tab: Tab,
  options: Omit<SignInOptions, 'signal'> = {},
): Promise<Person> {
  const arrived = tab.page.waitForEvent('load')
  await tab.page.evaluate((given) => void window.auth.signIn(given), options)
  await arrived
  return new Person(tab.page)
}

/** Wait until the browser is back at the app, and the app knows who is signed in. */
export async function back(tab: Tab, origin: string): Promise<AuthState> {
  await tab.page.waitForURL((url) => url.origin === origin && !url.searchParams.has('state'))
  return tab.started()
}

export async function signIn(
  tab: Tab,
  options: Omit<SignInOptions, 'signal'> = {},
): Promise<AuthState> {
  const { origin } = new URL(tab.page.url())
  const person = await leave(tab, options)
  await person.identify('Ada Lovelace')
  await person.allow()
  const state = await back(tab, origin)
  expect(state.status, JSON.stringify(state)).toBe('signed-in')
  return state
}

/** The refresh token that the app keeps. */
export async function refreshToken(tab: Tab): Promise<string> {
  const [, token] = /"refreshToken":"([^"]+)"/.exec(await tab.dump()) ?? []
  return token ?? ''
}

/** Present a refresh token as a thief would. */
export async function present(
  { issuer, clientId }: AuthorizationServer,
  token: string,
): Promise<unknown> {
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: token,
    client_id: clientId,
  })
  const response = await fetch(`${issuer}/token`, { method: 'POST', body })
  return { status: response.status, ...((await response.json()) as object) }
}

export const refreshes = (requests: string[]): number =>
  requests.filter((request) => request === 'POST /token').length

/** The claims of a JWT. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

/** The request to the authorization endpoint, once there is one. */
export async function authorizeRequest(
  { page }: Tab,
  { issuer }: AuthorizationServer,
): Promise<URLSearchParams> {
  const request = await page.waitForRequest((request) =>
    request.url().startsWith(`${issuer}/auth?`),
  )
  return new URL(request.url()).searchParams
}

/** Why the page is signed out: the status, the code of `state.error`, and the server's own code. */
export function reason({ page }: Tab): Promise<(string | undefined)[]> {
  return page.evaluate(() => {
    const { state } = window.auth
    const error = state.status === 'signed-out' ? state.error : undefined
    return [state.status, error?.code, error?.oauth?.error]
  })
}
