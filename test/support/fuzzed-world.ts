import { createMockServer, type Fault, type MockServer } from '../../src/testing/index.js'
import type { Vault, VaultEvent } from '../../src/door.js'
import type { TraceEvent } from '../../src/trace.js'
import { callsTold } from './trace.js'

// Sessions in which each step is drawn at random, with servers and an API that repeat every secret they get.

export type Draw = <T>(...of: readonly [T, ...T[]]) => T

/** Draws at random; the same draws for the same seed. */
export function lots(seed: number): Draw {
  let state = seed
  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return (...of) => of[Math.floor(next() * of.length)] ?? of[0]
}

export interface World {
  /** The URLs of the APIs that are called. */
  readonly apis: readonly [string, ...string[]]
  readonly server: MockServer
  readonly pick: Draw
  /** The pages that are open. */
  readonly tabs: [Vault, ...Vault[]]
  /** Secrets that are no token of the server: verifiers, proofs, thumbprints, cookies. */
  readonly sent: Set<string>
  /** The trace events of each page, including pages that are closed. */
  readonly told: Map<string, TraceEvent>[]
  /** A sign-in of one of the pages, as a browser does it. */
  signIn(world: World, at: number, via: 'redirect' | 'popup'): Promise<unknown>
}

export const secretsOf = ({ server, sent }: World): string[] => [...server.secrets, ...sent]

// Many sessions run at the same time. Each has its own servers, which are found by their origins.
const hosts = new Map<string, (request: Request) => Promise<Response>>()

/** Answer requests to these origins by these functions. @returns a function that undoes that */
export function host(answers: Record<string, (request: Request) => Promise<Response>>): () => void {
  for (const [origin, answer] of Object.entries(answers)) hosts.set(origin, answer)
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const answer = hosts.get(new URL(request.url).origin)
    if (!answer) throw new TypeError('There is no such server.')
    return answer(request)
  }
  return () => {
    for (const origin of Object.keys(answers)) hosts.delete(origin)
  }
}

/** A listener that records the trace events of one page in its own list. */
export function hearing(told: World['told']): (fact: VaultEvent) => void {
  const events = new Map<string, TraceEvent>()
  told.push(events)
  return (fact) => {
    if (fact.type === 'trace') events.set(fact.event.id, fact.event)
  }
}

export const personOf = (seed: number) => ({
  sub: `user-${seed}`,
  email: `ada-${seed}@mail.example`,
  name: 'Ada Secretlastname',
})

/** A server that adds to `sent` the secrets that come with requests. */
export function serverFor(seed: number, sent: Set<string>, openid = true) {
  const issuer = `https://id-${seed}.example`
  const server = createMockServer({ issuer, openid, claims: personOf(seed) })
  return {
    server,
    async answer(request: Request): Promise<Response> {
      const answer = await server.fetch(request).finally(() => {
        for (const { params, headers } of server.ledger)
          for (const secret of [params['code_verifier'], params['dpop_jkt'], headers['dpop']])
            if (secret) sent.add(secret)
      })
      return answer
    },
  }
}

/** What the API answers: often a challenge, with the token in it. */
export function answerOfApi(pick: Draw, request: Request): Response {
  const token = request.headers.get('authorization')?.replace(/^\w+ /, '') ?? 'none'
  const status = pick(200, 200, 401, 401, 403, 500)
  const error = pick('invalid_token', 'insufficient_user_authentication', token)
  const challenge = `Bearer error="${error}", error_description="${token}", acr_values="${token}"`
  const header: Record<string, string> = { 'www-authenticate': challenge }
  if (pick(0, 0, 0, 0, 0, 1)) throw new TypeError(`Failed to fetch ${token}`)
  return new Response(token, { status, headers: pick(header, header, header, {}) })
}

function anyFault(world: World): Fault {
  const said = secretsOf(world).join(' ')
  const body = (json: Record<string, unknown>): object => ({
    error: world.pick('invalid_grant', 'invalid_request', 'server_error', said),
    error_description: Object.values(json).join(' ') + said,
  })
  const answers: [Fault, ...Fault[]] = [
    { status: 400, body },
    { status: 503, body },
    { body: () => ({ access_token: 1, said }) },
    { body: said },
    { idToken: { nonce: said } },
  ]
  // With two tabs no request may stay without an answer: the second tab would wait for the lease of the first.
  if (world.tabs.length > 1) return world.pick(...answers)
  return world.pick<Fault>(...answers, { drop: 'before' }, { drop: 'after' })
}

/** A call, whose URL may have a secret in its path and its query. */
async function call(world: World): Promise<void> {
  const any = world.pick('me', ...secretsOf(world))
  const path = world.pick(`/${any}`, `/a/${any.slice(0, 40)}/b?t=${any}`, `/me?t=${any}`)
  const url = world.pick(...world.apis) + path
  await world
    .pick(...world.tabs)
    .fetch(new Request(url, { method: world.pick('GET', 'POST', 'PUT') }))
}

const signIn = (world: World): Promise<unknown> =>
  world.signIn(
    world,
    world.pick(0, world.tabs.length - 1),
    world.pick('redirect', 'redirect', 'popup'),
  )

const deeds: readonly [(world: World) => unknown, ...((world: World) => unknown)[]] = [
  signIn,
  call,
  call,
  call,
  call,
  ({ tabs, pick }) => pick(...tabs).refresh(),
  ({ tabs, pick }) => pick(...tabs).userInfo(),
  (world) =>
    world.server.fail(
      world.pick('token', 'token', 'userinfo', 'revocation', 'par', 'openid-configuration'),
      anyFault(world),
    ),
  ({ server }) => server.expireAccessTokens(),
  ({ server, pick }) => pick(false, false, true) && server.revokeGrants(),
  ({ tabs, pick }) =>
    pick(false, false, true) && pick(...tabs).signOut({ local: pick(true, false) }),
]

/** Random actions of a user, one after the other. The trace reports those that fail. */
async function live(world: World): Promise<void> {
  const { pick } = world
  for (const deed of [signIn, ...Array.from({ length: 10 }, () => pick(...deeds))])
    await Promise.resolve(deed(world)).catch(() => {})
}

/**
 * The actions of a user in the pages of a world, until the pages are closed.
 *
 * @param isLate whether the test listens to the trace only at the end
 */
export async function liveUntilClosed(
  world: World,
  isLate: boolean,
  undo: () => void,
): Promise<World> {
  try {
    await live(world)
    if (isLate) for (const vault of world.tabs) await vault.trace()
    await callsTold()
  } finally {
    for (const vault of world.tabs) await vault.close()
    undo()
  }
  return world
}
