import { resolveConfig, type Config } from '../config.js'
import type { Fact, Snapshot, Vault } from '../door.js'
import { AuthError, toAuthError, toData } from '../errors.js'
import type { AuthOptions, Store } from '../options.js'
import { endedName } from './ended-name.js'
import { takeCallback } from './location.js'
import { sessionStore } from './session-storage.js'
import type { AuthState, HeldState } from './state.js'
import { onWake, whenIdle } from './wake.js'

/** Makes what stands behind the door: the page's own vault, unless a test puts another there. */
export type MakeVault = (config: Config, lent: Store, emit: (fact: Fact) => void) => Vault

type Calls = typeof import('./calls.js')

/** What the door was opened with. */
export interface Opened {
  readonly config: Config
  readonly vault: Vault
  /** Whether this page came back from a sign-in. */
  readonly arrived?: boolean
}

/** The start of one client on this page. */
export interface Start {
  /** Once; never rejects. */
  start(): Promise<AuthState>
  /** The door, once it is open. Rejects with what keeps it closed. */
  open(): Promise<Opened>
  /** The options, with their paths resolved on this page. */
  located(): Config
  show(snapshot: Snapshot): void
  /** Whether `signOut()` was called in some tab since this page was loaded. */
  signedOut(): boolean
  dispose(): void
}

export const ignore = (): undefined => undefined

/** What a page does once it has started; the same file as the rest of the vault. */
export const loadCalls = (): Promise<Calls> =>
  import('./calls.js').catch(() => {
    throw new AuthError('network', 'A file is missing.')
  })

export function createStart(options: AuthOptions, makeVault: MakeVault, held: HeldState): Start {
  const disposed = new AbortController()
  let config: Config | undefined
  let opened: Opened | undefined
  let failure: AuthError | undefined
  let starting: Promise<AuthState> | undefined
  let started = false
  let signedOut = false

  const located = (): Config => (config ??= resolveConfig(options, location.href))

  const start = (): Promise<AuthState> => (starting ??= run())

  // Up to its first `await` this runs within the call of start(): whoever reads the URL after that
  // call, a router for one, no longer sees the code.
  async function run(): Promise<AuthState> {
    if (typeof window === 'undefined') return held.current()
    try {
      if (!crypto.subtle) throw new AuthError('insecure_context')
      const config = located()
      const vault = makeVault(config, sessionStore(), hear)
      opened = { config, vault }
      const href = takeCallback(config)
      const finished = href && (await (await loadCalls()).arrive(config, vault, href))
      opened = { config, vault, arrived: !!finished }
      const snapshot = finished ? finished.snapshot : await vault.open(endedName(config.key))
      show(snapshot)
      onWake(() => void vault.resume().catch(ignore), disposed.signal)
      // What the first call needs, as soon as the session is shown; what the click on "Sign in"
      // needs, when the page is idle. No redeploy can take it away from under an open page.
      if (snapshot.status === 'signed-in') loadCalls().catch(ignore)
      whenIdle(() => void vault.prepare().catch(ignore))
    } catch (caught) {
      const error = toAuthError(caught)
      // Wrong options stay wrong; a part that did not load may load at the next call.
      if (!opened) failure = error
      show({ status: 'signed-out', error: toData(error) })
    }
    return held.current()
  }

  function show(snapshot: Snapshot): void {
    started = true
    held.show(snapshot)
  }

  function hear(fact: Fact): void {
    if (fact.type === 'sign-out') signedOut = true
    // Until start() is done it alone knows what is to be shown.
    else if (started) held.show(fact.snapshot)
  }

  async function open(): Promise<Opened> {
    await start()
    if (opened && !failure) return opened
    throw failure ?? new AuthError('unsupported')
  }

  return {
    start,
    open,
    located,
    show,
    signedOut: () => signedOut,
    dispose() {
      disposed.abort()
      void opened?.vault.close()
    },
  }
}
