import type { Config, Store } from '../config.js'
import type { Fact, Vault } from '../door.js'
import { AuthError } from '../errors.js'
import type { Inside } from './inside.js'
import type { Rest } from './protocol/index.js'
import type { Active } from './record.js'
import { createSession } from './session.js'
import { guarded, indexedDbStore, memoryStore } from './store.js'

/**
 * A vault in this realm: it holds the session, and shows a token to nobody but `token()`. Here is
 * what restores a session and forgets it; all the rest is fetched meanwhile, and nobody waits for
 * it before the session is shown.
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
  const home =
    typeof store === 'object'
      ? guarded(store)
      : { indexeddb: shared, session: own, memory: memoryStore() }[store]
  const session = createSession(config.key, home, store === 'session' || store === 'memory', emit)
  const inside: Omit<Inside, 'prover'> = { config, session, shared, own, main }

  let loading: Promise<Rest> | undefined
  let looking: Promise<void> | undefined
  const rest = (): Promise<Rest> =>
    (loading ??= import('./protocol/index.js').then(
      ({ createRest }) => createRest(inside),
      () => {
        // A redeploy may have taken the file away, or the line is down: no fault of the session.
        loading = undefined
        throw new AuthError('network', 'A file is missing.')
      },
    ))
  const call =
    <Given extends unknown[], Result>(
      pick: (rest: Rest, before: Active | undefined) => (...given: Given) => Promise<Result>,
    ) =>
    async (...given: Given): Promise<Result> => {
      // Whose call it is, is decided now.
      const before = session.active()
      const all = await rest()
      await looking
      return pick(all, before)(...given)
    }

  return {
    async open(refused) {
      // Where nothing can be read nobody is signed in, until somebody signs in and stays in memory.
      await session.load().catch(() => {})
      if (config.dpop) rest().catch(() => {})
      const record = session.active()
      if (
        record &&
        (record.id === refused ||
          (!record.refreshToken && session.clock.remaining(record.tokens[main]) <= 0))
      )
        await session.signOut(true)
      return session.snapshot()
    },
    begin: call(({ begin }) => begin),
    finish: call(({ finish }) => finish),
    fetch: call(
      ({ fetch }, before) =>
        (request) =>
          fetch(request, before),
    ),
    abort: call(({ abort }) => abort),
    token: call(({ token }) => token),
    refresh: call(({ refresh }) => refresh),
    userInfo: call(({ userInfo }) => userInfo),
    prepare: call(({ prepare }) => prepare),
    async end(options) {
      const signedOff = await session.signOut()
      const url = rest().then(({ end }) => end(signedOff, options))
      return {
        undeleted: signedOff.saved ? undefined : signedOff.before?.id,
        url: await url.catch(() => config.postLogoutRedirectUri),
      }
    },
    async resume() {
      // Back from the cache, a page has not heard of a sign-out: no call goes out before it knows.
      looking = session.load().catch(() => {})
      await looking
      await (await rest()).resume()
    },
    async close() {
      session.close()
    },
  }
}
