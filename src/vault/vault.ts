import type { VaultConfig } from '../config.js'
import type { Vault, VaultEvent } from '../door.js'
import { lazy } from '../lib/lazy.js'
import type { Store } from '../options.js'
import type { Calls } from './calls/calls.js'
import { createContext } from './context.js'
import { callerOf, canRenew, type Active } from './record.js'

/**
 * A vault in this realm. It holds the tokens, and gives one away only by `getAccessToken()`. This file
 * and what it imports restore a session and end it; everything else is loaded on first use.
 *
 * @param lentStore the tab's `sessionStorage`, which only a page can give
 * @param emit told of every change of the state
 */
export function createVault(
  config: VaultConfig,
  lentStore: Store,
  emit: (event: VaultEvent) => void,
): Vault {
  const context = createContext(config, lentStore, emit)
  const { session, defaultTokenKey } = context
  const load = lazy(
    'calls',
    () => import('./calls/calls.js'),
    ({ createCalls }) => createCalls(context),
  )
  let resuming: Promise<void> | undefined

  /** A page that came back from the cache may not know of a sign-out: no call goes out before it does. */
  const call =
    <Name extends keyof Calls>(name: Name) =>
    async (...given: Parameters<Calls[Name]>): Promise<Awaited<ReturnType<Calls[Name]>>> => {
      const calls = await load()
      await resuming
      return (calls[name] as (...all: unknown[]) => never)(...given)
    }

  /** Whether a restored session is of no use: signed out before, or at its end. */
  function isOver(record: Active, refused: string | undefined): boolean {
    const left = session.clock.remaining(record.tokens[defaultTokenKey])
    return record.id === refused || (!canRenew(record) && left <= 0)
  }

  const fetch = call('fetch')
  return {
    async open(refused) {
      // Where nothing can be read the user is signed out; a new sign-in then lives in memory.
      await session.load().catch(() => {})
      const record = session.active()
      if (record || config.dpop) load().catch(() => {})
      if (record && isOver(record, refused)) await session.signOut(true)
      return session.snapshot()
    },
    authorize: call('authorize'),
    callback: call('callback'),
    fetch(request, caller, isOneTime = false) {
      const record = session.active()
      return fetch(request, caller ?? (record && callerOf(record)), isOneTime)
    },
    getAccessToken: call('getAccessToken'),
    refresh: call('refresh'),
    userInfo: call('userInfo'),
    async signOut(options) {
      const ended = await session.signOut()
      const url = load().then((calls) => calls.signOut(ended, options))
      return {
        undeleted: ended.isSaved ? undefined : ended.before?.id,
        url: await url.catch(() => config.postLogoutRedirectUri),
      }
    },
    prepare: call('prepare'),
    async resume() {
      resuming = session.load().catch(() => {})
      await resuming
      await (await load()).resume()
    },
    close: async () => session.close(),
  }
}
