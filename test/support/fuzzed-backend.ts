import { createBackend } from '../../src/backend/index.js'
import type { Vault } from '../../src/door.js'
import { writeState } from '../../src/lib/state-param.js'
import { resolveBackendOptions } from '../../src/with-backend/config.js'
import { createBackendVault } from '../../src/with-backend/vault.js'
import { Browser } from './backend.js'
import {
  answerOfApi,
  hearing,
  host,
  liveUntilClosed,
  lots,
  serverFor,
  type Draw,
  type World,
} from './fuzzed-world.js'
import { mapStore } from './vault.js'

/** A browser that records the value of each cookie that it gets. */
class Overheard extends Browser {
  readonly #sent: Set<string>

  constructor(origin: string, sent: Set<string>) {
    super(origin)
    this.#sent = sent
  }

  override keep(answer: Response): Response {
    const kept = super.keep(answer)
    for (const { value } of this.cookies.values()) if (value.length > 20) this.#sent.add(value)
    return kept
  }
}

/** The server of the app's origin: the backend gets each request with the browser's cookies. Sometimes it is down. */
function served(
  browser: Browser,
  pick: Draw,
  handle: ReturnType<typeof createBackend>['handle'],
): (request: Request) => Promise<Response> {
  return async (request) => {
    const headers = new Headers(request.headers)
    if (!headers.has('cookie')) headers.set('cookie', browser.cookieHeader())
    if (!headers.has('sec-fetch-site')) headers.set('sec-fetch-site', 'same-origin')
    const said = browser.cookieHeader()
    const trouble = pick(0, 0, 0, 0, 0, 0, 0, 0, 502, -1)
    if (trouble < 0) throw new TypeError(`Failed to fetch ${said}`)
    if (trouble > 0) return new Response(said, { status: trouble, headers: { said } })
    if (request.method !== 'GET') headers.set('origin', browser.origin)
    const answer = await handle(new Request(request, { headers }))
    return browser.keep(answer ?? new Response('app'))
  }
}

// The library refuses a popup if the page is in a frame, so this page is not in one.
const frame: { parent?: object } = {}
frame.parent = frame

/** A session whose tokens are at a backend, which gives them to the page or forwards the calls. */
export async function liveWithBackend(seed: number): Promise<World> {
  const pick = lots(seed)
  const [issuer, api] = [`https://id-${seed}.example`, `https://api-${seed}.example`]
  const app = `https://app-${seed}.example`
  const secret = `client-secret-${crypto.randomUUID()}`
  const seal = `cookie-secret-${crypto.randomUUID()}`
  const sent = new Set([secret, seal])
  const { server, answer } = serverFor(seed, sent)
  const backend = createBackend({
    url: `${app}/auth`,
    issuer,
    clientId: 'app',
    clientSecret: secret,
    clientAuthentication: 'client_secret_post',
    secrets: seal,
    scope: 'openid email offline_access',
    resources: { orders: { url: `${api}/orders/` }, rest: {} },
    par: pick(false, true),
  })
  Object.assign(globalThis, { window: frame })
  const browser = new Overheard(app, sent)
  const undo = host({
    [issuer]: answer,
    [api]: async (request) => answerOfApi(pick, request),
    [app]: served(browser, pick, backend.handle),
  })
  const resources = [{ url: `${api}/orders/`, name: 'orders' }, `${api}/rest/`]
  const config = resolveBackendOptions({ backend: '/auth', resources }, `${app}/`)
  const told: World['told'] = []
  const isLate = pick(false, true)
  const tabStore = mapStore()
  const open = async (): Promise<Vault> => {
    const vault = createBackendVault(config, tabStore, hearing(told))
    // The vault requests the session as soon as it is created, so `open` must be called in the same turn.
    const opened = vault.open(undefined)
    if (!isLate) await vault.trace()
    await opened
    return vault
  }
  const tabs: World['tabs'] = [await open()]
  if (pick(false, true)) tabs.push(await open())

  /** A redirect leads to a new page in the place of the old one; a popup's answer comes to the page that waits for it. */
  const signIn: World['signIn'] = async (_, at, via) => {
    const vault = tabs[at] ?? tabs[0]
    const random = crypto.randomUUID()
    sent.add(random)
    const request = { via, returnTo: `${app}/deep`, ...(via === 'popup' && { random }) }
    await browser.navigate(await vault.authorize(request))
    if (via === 'popup') return vault.callback(`${app}/?state=${writeState('popup', '', random)}`)
    if (isLate) await vault.trace()
    await vault.close()
    tabs[at] = await open()
  }

  const world: World = {
    apis: [`${api}/orders`, `${api}/rest`],
    server,
    pick,
    tabs,
    sent,
    told,
    signIn,
  }
  return liveUntilClosed(world, isLate, undo)
}
