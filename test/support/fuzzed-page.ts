import { resolveConfig } from '../../src/config.js'
import type { Vault } from '../../src/door.js'
import type { AuthOptions } from '../../src/options.js'
import { createVault } from '../../src/vault/vault.js'
import {
  answerOfApi,
  hearing,
  host,
  liveUntilClosed,
  lots,
  secretsOf,
  serverFor,
  type Draw,
  type World,
} from './fuzzed-world.js'
import { mapStore } from './vault.js'

const app = 'https://app.example/'

function optionsOf(pick: Draw, issuer: string, api: string): AuthOptions {
  const isPlain = pick(false, false, true)
  const endpoint = (name: string): string => `${issuer}/${name}`
  const server = {
    authorization_endpoint: endpoint('authorize'),
    token_endpoint: endpoint('token'),
    userinfo_endpoint: endpoint('userinfo'),
  }
  return {
    ...(isPlain ? { server } : { issuer, scope: 'openid email offline_access' }),
    clientId: 'app',
    redirectUri: '/callback',
    store: 'memory',
    resources: [`${api}/`],
    dpop: pick(false, true),
    par: !isPlain && pick(false, true),
  }
}

/** Sign in. For a popup, the page makes a random value that names it; the answer comes to the page in both cases. */
const signIn: World['signIn'] = async (world, at, via) => {
  const vault = world.tabs[at] ?? world.tabs[0]
  const random = crypto.randomUUID() + crypto.randomUUID()
  world.sent.add(random)
  const request = { via, returnTo: `${app}deep`, ...(via === 'popup' && { random }) }
  const { headers } = await fetch(await vault.authorize(request))
  const back = new URL(headers.get('location') ?? app)
  if (world.pick(0, 0, 0, 0, 0, 0, 1))
    back.searchParams.set('error', `access_denied ${secretsOf(world)[0]}`)
  return vault.callback(back.href)
}

/** A session whose tokens are in the page, in one tab or in two that share it. */
export async function livePage(seed: number): Promise<World> {
  const pick = lots(seed)
  const [issuer, api] = [`https://id-${seed}.example`, `https://api-${seed}.example`]
  const options = optionsOf(pick, issuer, api)
  const sent = new Set<string>()
  const { server, answer } = serverFor(seed, sent, options.issuer !== undefined)
  const undo = host({ [issuer]: answer, [api]: async (request) => answerOfApi(pick, request) })
  const told: World['told'] = []
  const shared = pick(false, true) ? { store: mapStore() } : {}
  const config = resolveConfig({ ...options, ...shared }, app)
  const open = (): Vault => createVault(config, mapStore(), hearing(told))
  const tabs: World['tabs'] = [open()]
  if ('store' in shared) tabs.push(open())
  const world: World = { apis: [api], server, pick, tabs, sent, told, signIn }
  for (const vault of tabs) await vault.open(undefined)
  const isLate = pick(false, true)
  if (!isLate) for (const vault of tabs) await vault.trace()
  return liveUntilClosed(world, isLate, undo)
}
