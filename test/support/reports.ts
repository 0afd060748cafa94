import { resolveConfig } from '../../src/config.js'
import type { Vault } from '../../src/door.js'
import { lanesOf } from '../../src/inspector/draw.js'
import { labelOf, readReport, toMermaid, toReport, type Shown } from '../../src/inspector/report.js'
import { whyOf } from '../../src/inspector/why.js'
import type { AuthOptions } from '../../src/options.js'
import { createMockServer, type Fault, type MockServer } from '../../src/testing/index.js'
import type { TraceEvent } from '../../src/trace.js'
import { createVault } from '../../src/vault/vault.js'
import { marksOf } from './canaries.js'
import { callsTold } from './trace.js'
import { mapStore } from './vault.js'

// Sessions of which each step is drawn by lot, with servers and an API that repeat every secret they get.

// Many at once, each with servers of its own: by their hosts.
const worlds = new Map<string, (request: Request) => Promise<Response>>()

/** Numbers from 0 to 1; the same ones for the same seed. */
function lots(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

type Draw = <T>(...of: readonly [T, ...T[]]) => T

interface World {
  readonly api: string
  readonly server: MockServer
  readonly vault: Vault
  readonly pick: Draw
  /** Secrets that are no token of the server: verifiers, proofs, thumbprints. */
  readonly sent: Set<string>
}

const secretsOf = ({ server, sent }: World): string[] => [...server.secrets, ...sent]

/** All that a request brought that is secret. */
function learn({ server, sent }: World): void {
  for (const { params, headers } of server.ledger)
    for (const secret of [params['code_verifier'], params['dpop_jkt'], headers['dpop']])
      if (secret) sent.add(secret)
}

/** What the API answers: often a challenge, with the token in it. */
function answer({ pick }: World, request: Request): Response {
  const token = request.headers.get('authorization')?.replace(/^\w+ /, '') ?? 'none'
  const status = pick(200, 200, 401, 401, 403, 500)
  const error = pick('invalid_token', 'insufficient_user_authentication', token)
  const challenge = `Bearer error="${error}", error_description="${token}", acr_values="${token}"`
  const header: Record<string, string> = { 'www-authenticate': challenge }
  if (pick(0, 0, 0, 0, 0, 1)) throw new TypeError(`Failed to fetch ${token}`)
  return new Response(token, { status, headers: pick(header, header, header, {}) })
}

const anyFault = (world: World): Fault => {
  const said = secretsOf(world).join(' ')
  const body = (json: Record<string, unknown>): object => ({
    error: world.pick('invalid_grant', 'invalid_request', 'server_error', said),
    error_description: Object.values(json).join(' ') + said,
  })
  return world.pick<Fault>(
    { status: 400, body },
    { status: 503, body },
    { drop: 'before' },
    { drop: 'after' },
    { body: () => ({ access_token: 1, said }) },
    { body: said },
    { idToken: { nonce: said } },
  )
}

async function signIn(world: World): Promise<void> {
  const { vault, pick } = world
  const url = await vault.authorize({ via: 'redirect', returnTo: 'https://app.example/deep' })
  const { headers } = await world.server.fetch(new Request(url))
  const back = new URL(headers.get('location') ?? 'https://app.example/')
  if (pick(0, 0, 0, 0, 0, 0, 1))
    back.searchParams.set('error', `access_denied ${secretsOf(world)[0]}`)
  await vault.callback(back.href)
}

/** A call, whose URL may have a secret in its path and its query. */
async function call(world: World): Promise<void> {
  const any = world.pick('me', ...secretsOf(world))
  const path = world.pick(`/${any}`, `/a/${any.slice(0, 40)}/b?t=${any}`, `/me?t=${any}`)
  await world.vault.fetch(
    new Request(world.api + path, { method: world.pick('GET', 'POST', 'PUT') }),
  )
}

const deeds: readonly [(world: World) => unknown, ...((world: World) => unknown)[]] = [
  signIn,
  call,
  call,
  call,
  call,
  ({ vault }) => vault.refresh(),
  ({ vault }) => vault.userInfo(),
  (world) =>
    world.server.fail(
      world.pick('token', 'token', 'userinfo', 'revocation', 'par', 'openid-configuration'),
      anyFault(world),
    ),
  ({ server }) => server.expireAccessTokens(),
  ({ server, pick }) => pick(false, false, true) && server.revokeGrants(),
  ({ vault, pick }) => pick(false, false, true) && vault.signOut({ local: pick(true, false) }),
]

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

/** A session from its first step on. @returns the events, and the secrets that were in play */
export async function fuzzedSession(
  seed: number,
): Promise<{ events: TraceEvent[]; secrets: string[] }> {
  const next = lots(seed)
  const pick: Draw = (...of) => of[Math.floor(next() * of.length)] ?? of[0]
  const [issuer, api] = [`https://id-${seed}.example`, `https://api-${seed}.example`]
  const options = optionsOf(pick, issuer, api)
  const claims = {
    sub: `user-${seed}`,
    email: `ada-${seed}@mail.example`,
    name: 'Ada Secretlastname',
  }
  const server = createMockServer({ issuer, openid: options.issuer !== undefined, claims })
  const events = new Map<string, TraceEvent>()
  const config = resolveConfig(options, 'https://app.example/')
  const vault = createVault(config, mapStore(), (fact) => {
    if (fact.type === 'trace') events.set(fact.event.id, fact.event)
  })
  const world: World = { api, server, vault, pick, sent: new Set() }
  worlds.set(issuer, (request) => server.fetch(request).finally(() => learn(world)))
  worlds.set(api, async (request) => answer(world, request))
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const serve = worlds.get(new URL(request.url).origin)
    if (!serve) throw new TypeError('There is no such server.')
    return serve(request)
  }
  try {
    await vault.open(undefined)
    const isLate = pick(false, true)
    if (!isLate) await vault.trace()
    for (const deed of [signIn, ...Array.from({ length: 10 }, () => pick(...deeds))])
      // What fails is told of by the trace.
      await Promise.resolve(deed(world)).catch(() => {})
    if (isLate) await vault.trace()
    await callsTold()
  } finally {
    await vault.close()
    for (const origin of [issuer, api]) worlds.delete(origin)
  }
  const personal = [claims.email, 'Secretlastname']
  return {
    events: [...events.values()],
    secrets: [...secretsOf(world).flatMap(marksOf), ...personal],
  }
}

/** What a reader of the picture sees. */
const pictureOf = (events: readonly Shown[]): unknown => [
  lanesOf(events),
  toMermaid(events),
  events.map((event) => [labelOf(event), event.at, event.end, event.outcome, whyOf(event, events)]),
]

/** What is drawn of these steps, and of their report. */
export function picturesOf(events: readonly TraceEvent[]): { drawn: string; replayed: string } {
  const told = readReport(toReport({ events, origin: 'https://app.example' })).events
  return { drawn: JSON.stringify(pictureOf(events)), replayed: JSON.stringify(pictureOf(told)) }
}

/** @throws Error where the report of this session has a secret in it, or is replayed as another picture */
export async function checkReport(seed: number): Promise<TraceEvent[]> {
  const { events, secrets } = await fuzzedSession(seed)
  const report = toReport({ events, origin: 'https://app.example' })
  const found = secrets.filter((secret) => report.includes(secret))
  if (found.length > 0) throw new Error(`Seed ${seed}: the report has ${found.join(', ')}.`)
  const { drawn, replayed } = picturesOf(events)
  if (drawn !== replayed) throw new Error(`Seed ${seed}: its replay is another picture.`)
  return events
}
