import type { AuthState } from '../api.js'
import type { PageConfig, VaultConfig } from '../config.js'
import type { Snapshot, Vault, VaultEvent } from '../door.js'
import { asAuthError, AuthError, toData } from '../errors.js'
import { lazy, once } from '../lib/lazy.js'
import type { Store } from '../options.js'
import type { Start } from './client.js'
import { endedSession } from './flags.js'
import { onResume, whenIdle } from './lifecycle.js'
import { takeCallback } from './location.js'
import { sessionStore } from './session-storage.js'
import type { StateStore } from './state.js'

/** Checks the options; with the page's URL it also resolves their paths. @throws AuthError `config` */
export type Resolve<Config extends PageConfig> = (base?: string) => Config

/** Makes the vault: the one in this page, or another in its place, such as that of `with-backend`. */
export type MakeVault<Config = VaultConfig> = (
  config: Config,
  tabStore: Store,
  emit: (event: VaultEvent) => void,
) => Vault

const noWebCrypto = 'In a test without WebCrypto use `mockAuth`.'

export const ignore = (): undefined => undefined

/**
 * Whether to show what the vault says. Until the start is done, only the start decides what to show. If the
 * page shows why a sign-in failed, and the store is read again and still has no session, the error stays.
 */
const isNews = ({ status }: AuthState, told: Snapshot): boolean =>
  status !== 'loading' && (status !== told.status || told.status === 'signed-in' || !!told.error)

/**
 * Handle the vault's events.
 *
 * @param onEnd called with `true` after a sign-out, and with `false` once there is a session again
 */
function listen(page: Start, state: StateStore, onEnd: (isSignedOut: boolean) => void) {
  return (event: VaultEvent): void => {
    switch (event.type) {
      case 'sign-out':
        return onEnd(true)
      case 'state':
        if (event.snapshot.status === 'signed-in') onEnd(false)
        if (isNews(state.current(), event.snapshot)) state.show(event.snapshot)
        return
      case 'trace':
        return page.ear?.event(event.event)
      default:
        event satisfies never
    }
  }
}

/** Start what goes on once the state is shown. */
function goOn(vault: Vault, signIn: Start['signIn'], disposed: AbortSignal): void {
  onResume(() => void vault.resume().catch(ignore), disposed)
  // Load the chunks that a click or a call will need, before a redeploy can remove them from the server.
  whenIdle(() => {
    void vault.prepare().catch(ignore)
    // Once this chunk is loaded, it listens for clicks and keys of the user.
    void signIn().catch(ignore)
  })
}

export function createStart<Config extends PageConfig>(
  resolve: Resolve<Config>,
  makeVault: MakeVault<Config>,
  state: StateStore,
): Start {
  const disposed = new AbortController()
  const config = once(() => resolve(location.href))
  const start = once(run)
  const signIn = lazy('sign-in', async () => {
    const { callback, createGuard } = await import('./sign-in/index.js')
    return { ...createGuard(page, state), callback }
  })
  let failure: AuthError | undefined
  let isSignedOut = false

  // Up to its first `await` this runs within the call of start(), so that a router that reads the
  // URL after that call does not see the code.
  async function run(): Promise<AuthState> {
    if (typeof window === 'undefined') return state.current()
    try {
      if (!globalThis.crypto?.subtle) throw new AuthError('insecure_context', noWebCrypto)
      state.show(await enter())
    } catch (caught) {
      const error = (failure = asAuthError(caught))
      state.show({ status: 'signed-out', error: toData(error) })
    }
    return state.current()
  }

  async function enter(): Promise<Snapshot> {
    const hear = listen(page, state, (is) => (isSignedOut = is))
    const vault = makeVault(config(), sessionStore(), hear)
    page.door = { config: config(), vault }
    page.ear?.opened(vault)
    const href = takeCallback(config())
    // Loaded while the database opens.
    if (href) signIn().catch(ignore)
    // The session is restored before a callback is finished, since it goes on if the sign-in fails. A session
    // that the user has ended must not go on.
    const restored = await vault.open(endedSession(config().key) ?? (href && ''))
    let finished = href && (await (await signIn()).callback(config(), vault, href))
    if (restored.id ? config().idle : config().restore)
      finished ||= await signIn().then(({ restore }) => restore(restored.id), ignore)
    page.door.hasCallback = !!finished
    goOn(vault, signIn, disposed.signal)
    return finished ? finished.snapshot : restored
  }

  const page: Start = {
    start,
    async open() {
      await start()
      // If the vault was not made, as with wrong options, every call fails. A chunk that did not load may load
      // at the next call.
      if (page.door) return page.door
      throw failure ?? new AuthError('unsupported')
    },
    config,
    isSignedOut: () => isSignedOut,
    signIn,
    asked: new AbortController(),
    disposed: disposed.signal,
    dispose() {
      disposed.abort()
      void page.door?.vault.close()
    },
  }
  return page
}
