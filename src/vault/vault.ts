import type { Config, Store } from '../config.js'
import type { Fact, Vault } from '../door.js'
import { AuthError, toAuthError } from '../errors.js'
import { createBearer, type Bearer, type Renew } from './bearer.js'
import { fetchResource } from './fetch.js'
import { createSession, type HeldSession } from './session.js'
import { guarded, indexedDbStore, memoryStore } from './store.js'
import { within } from './within.js'

/** What the vault is made of, for the part that is loaded on demand. */
export interface Inside {
  readonly config: Config
  readonly session: HeldSession
  readonly bearer: Bearer
  /** The store that every tab sees. */
  readonly shared: Store
  /** The tab's own. */
  readonly own: Store
  /** The key of the first resource's token. */
  readonly main: string
}

/**
 * A vault in this realm: it holds the session, and shows a token to nobody but `token()`.
 *
 * @param config resolved options
 * @param lent the tab's own `sessionStorage`, which only a page has
 * @param emit hears every change of state
 */
export function createVault(config: Config, lent: Store, emit: (fact: Fact) => void): Vault {
  const main = config.resources[0]?.key ?? ''
  const shared = guarded(indexedDbStore())
  const own = guarded(lent)
  const { store } = config
  const places = { indexeddb: shared, session: own, memory: memoryStore() }
  const home = typeof store === 'string' ? places[store] : guarded(store)
  const session = createSession(config.key, home, /^(session|memory)$/.test(String(store)), emit)
  const flights = new Map<string, Promise<void>>()
  let queue: Promise<unknown> = Promise.resolve()

  // All that needs oauth4webapi. A redeploy may have taken the file away: no fault of the session.
  const protocol = (): Promise<typeof import('./protocol/index.js')> =>
    import('./protocol/index.js').catch(() => {
      throw new AuthError('network', 'A part of the app did not load.')
    })

  // One flight for each token, one after the other: they all present the same refresh token.
  const renew: Renew = (key, unfit, forced) => {
    const under = flights.get(key)
    if (under) return under
    const flight = queue
      .then(async () => {
        if (globalThis.navigator?.onLine === false) throw new AuthError('network', 'Offline.')
        await (await protocol()).renew(inside, key, unfit, forced)
      })
      .catch((caught: unknown) => {
        const error = toAuthError(caught)
        if (session.active() && error.retryable) session.trouble(error)
        throw error
      })
      .finally(() => flights.delete(key))
    flights.set(key, flight)
    queue = flight.catch(() => {})
    return flight
  }

  const bearer = createBearer(config, session, renew)
  const inside: Inside = { config, session, bearer, shared, own, main }
  const { active, clock, snapshot } = session

  // Requests under way, by id; one whose response was forgotten drops out by itself.
  const underWay = new Map<string, AbortController>()
  const forgotten = new FinalizationRegistry<string>((id) => underWay.delete(id))

  return {
    async open(refused) {
      // Where nothing can be read nobody is signed in, until somebody signs in and stays in memory.
      await session.load().catch(() => {})
      const record = active()
      const over = record && !record.refreshToken && clock.remaining(record.tokens[main]) <= 0
      if (over || (record && record.id === refused)) await session.signOut(true)
      return snapshot()
    },
    begin: async (request) => (await protocol()).begin(inside, request),
    finish: async (url) => (await protocol()).finish(inside, url),
    async fetch(request) {
      const controller = new AbortController()
      const { id } = request
      // Whose call it is, is decided now.
      const before = active()
      underWay.set(id, controller)
      try {
        const response = await fetchResource(request, config.resources, controller.signal, {
          token: async (key) => before && bearer.token(key),
          replace: async (key, refused) => before && bearer.replace(before, key, refused),
        })
        if (response.body) forgotten.register(response.body, id)
        else underWay.delete(id)
        return response
      } catch (error) {
        underWay.delete(id)
        throw error
      }
    },
    async abort(id) {
      underWay.get(id)?.abort()
      underWay.delete(id)
    },
    token: async (options) => bearer.token(bearer.keyFor(options), options.minTtl),
    async refresh() {
      const before = bearer.signedIn()
      await within(config.timeout, renew(main, before.tokens[main]?.value))
      bearer.heldFor(before, main)
      return snapshot()
    },
    userInfo: async () => (await protocol()).userInfo(inside),
    async end(options) {
      const signedOff = await session.signOut()
      const ended = { undeleted: signedOff.saved ? undefined : signedOff.before?.id }
      try {
        return {
          ...ended,
          url: await (await within(1000, protocol())).end(inside, signedOff, options),
        }
      } catch {
        return { ...ended, url: config.postLogoutRedirectUri }
      }
    },
    prepare: async () => (await protocol()).prepare(inside),
    async resume() {
      await session.load()
      const held = active()?.tokens[main]
      const state = snapshot()
      // After trouble the token may live on: it is renewed all the same, to see whether all is well.
      const unfit = state.status === 'signed-in' && state.stale && held?.value
      if (unfit || (held && clock.remaining(held) <= 0)) await renew(main, unfit || undefined)
    },
    async close() {
      session.close()
    },
  }
}
