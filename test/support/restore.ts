import type { CallbackResult, Snapshot, Vault } from '../../src/door.js'
import type { Opened } from '../../src/page/client.js'
import { restore } from '../../src/page/optional/iframe.js'
import type { LockWay } from '../sim/locks.js'
import { test as base, type Device } from './device.js'
import { signedIn, signedOut } from './page.js'
import { setLocks, type WebLocks } from './web-locks.js'

// A page with the option `restore` at its start, with a stand-in for the sign-in by a frame.

export interface Given {
  store?: string
  /** How the Web Locks of the browser work. */
  way?: LockWay
  /** Conditions that stop the tab from asking the server. */
  isOffline?: boolean
  inFrameOf?: string
  isDenied?: boolean
  /** What `mark` holds, or how many milliseconds ago the page stored it. */
  kept?: string
  ago?: number
  /** What the vault finds when it is opened. */
  look?: (kept: Map<string, string>) => Snapshot
  signIn?: (kept: Map<string, string>) => Promise<CallbackResult>
}

interface Tab {
  outcome: Promise<CallbackResult | undefined>
  /** How often the server was asked, and the vault opened. */
  readonly count: { asked: number; opened: number }
  readonly kept: Map<string, string>
  device: Device
  locks: WebLocks
  /** The user clicks on something. */
  click(): void
}

/** The key under which the page stores when it last got an answer. */
export const mark = 'pixy-auth:unrestored:app'
export const done: CallbackResult = { snapshot: signedIn() }
export const turn = (): Promise<void> => new Promise((then) => setImmediate(then))

export const test = base.extend<{
  open: (given?: Given, before?: (tab: WebLocks) => void) => Promise<Tab>
}>({
  open: async ({ globals, device }, use) => {
    globals.give('navigator', {})
    await use(async (given = {}, before) => {
      const {
        way,
        store = 'indexeddb',
        look = () => signedOut(),
        signIn = async () => done,
      } = given
      const clock = device()
      const locks = setLocks(way)
      Object.assign(navigator, { onLine: !given.isOffline })
      if (way === 'absent') Object.assign(navigator, { locks: undefined })
      globals.give('name', given.inFrameOf ?? '')
      const kept = globals.storage('localStorage')
      const { ago, kept: value = ago === undefined ? undefined : `${Date.now() - ago}` } = given
      if (value !== undefined) kept.set(mark, value)
      if (given.isDenied) globals.deny('localStorage')
      before?.(locks)
      const count = { asked: 0, opened: 0 }
      const vault: Partial<Vault> = { open: async () => ((count.opened += 1), look(kept)) }
      const opened = { config: { key: 'app', store }, vault } as Opened
      const clicked = new AbortController()
      const ask = (): Promise<CallbackResult> => ((count.asked += 1), signIn(kept))
      const outcome = restore(opened, ask, clicked.signal)
      // The test handles a failure later; until then it must not count as unhandled.
      outcome.catch(() => {})
      await turn()
      return { outcome, count, kept, device: clock, locks, click: () => clicked.abort() }
    })
  },
})
