import type { VaultConfig } from '../config.js'
import type { SignOutResult, Vault, VaultEvent } from '../door.js'
import { lazy } from '../lib/lazy.js'
import type { SignOutOptions, Store } from '../options.js'
import type { Calls } from './calls/calls.js'
import { createContext, type SessionContext } from './context.js'
import { callerOf } from './record.js'
import { createRead, current, restore } from './restore.js'

const ignore = (): void => {}

/** Everything before the first `await` happens in the call itself: the app may leave the page right after it. */
async function signOut(
  { config, notes, session }: SessionContext,
  load: () => Promise<Calls>,
  options: SignOutOptions,
): Promise<SignOutResult> {
  notes.note('sign-out', !!options.local)
  const held = session.active()
  const ending = session.signOut(options.local)
  const url = load()
    .then((calls) => calls.signOut(held, ending, options))
    .catch(() => config.postLogoutRedirectUri)
  const { isSaved, before } = await ending
  return { undeleted: isSaved ? '' : before?.id, url: await url }
}

/**
 * A vault in this realm. It holds the tokens, and gives one away only by `getAccessToken()`. This file
 * and what it imports restore a session and end it; everything else is loaded on first use.
 *
 * @param lentStore the tab's `sessionStorage`, which only a page can give
 * @param emit called with every event, such as a change of the state
 */
export function createVault(
  config: VaultConfig,
  lentStore: Store,
  emit: (event: VaultEvent) => void,
): Vault {
  const context = createContext(config, lentStore, {
    emit,
    changed: () => void read().then(ready),
    ended: (session) => void load().then(({ revoke }) => revoke(session), ignore),
  })
  const { session } = context
  const read = createRead(session)
  const load = lazy('calls', () =>
    import('./calls/calls.js').then(({ createCalls }) => createCalls(context)),
  )
  let resuming: Promise<void> | undefined

  /** Load what the calls of a session need. */
  function ready(): void {
    if (session.active()) load().then(({ watch }) => watch(), ignore)
  }

  /** A page that came back from the cache may have missed a sign-out: no call is sent before the store was read. */
  const call =
    <Name extends keyof Calls>(name: Name) =>
    async (...given: Parameters<Calls[Name]>): Promise<Awaited<ReturnType<Calls[Name]>>> => {
      const calls = await load()
      await resuming
      return await (calls[name] as (...all: unknown[]) => never)(...given)
    }

  return {
    async open(refused) {
      // A session is likely: what its calls need is loaded while the database opens.
      if (refused !== undefined) load().catch(ignore)
      await restore(context, read, refused)
      ready()
      return session.snapshot()
    },
    authorize: call('authorize'),
    callback: call('callback'),
    async fetch(request, caller, isOneTime = false) {
      // `null`: the user was signed out when the call was made. If there is a session now, it began later.
      const isLate = caller === null && session.active()
      const record = caller || isLate ? undefined : await current(context)
      return call('fetch')(request, record ? callerOf(record) : caller, isOneTime)
    },
    getAccessToken: call('getAccessToken'),
    refresh: call('refresh'),
    userInfo: call('userInfo'),
    signOut: (options) => signOut(context, load, options),
    async trace() {
      const { tellTrace } = await import('./optional/tracer.js')
      tellTrace(context, (event) => emit({ type: 'trace', event }))
    },
    prepare: call('prepare'),
    async resume() {
      resuming = read()
      await resuming
      await (await load()).resume()
    },
    close: async () => session.close(),
  }
}
