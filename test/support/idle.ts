import type { Snapshot, Vault } from '../../src/door.js'
import type { Idle, Start } from '../../src/page/client.js'
import { watchIdle } from '../../src/page/optional/idle.js'
import { createState, type StateStore } from '../../src/page/state.js'
import { test as base, type Device } from './device.js'
import { signedIn } from './page.js'

// A page whose session ends after ten seconds in which the user does nothing.

const after = 10
export const active = 'pixy-auth:active:app'

export interface App {
  idle: Idle
  state: StateStore
  device: Device
  /** The browser's `localStorage`, which all tabs share. */
  kept: Map<string, string>
  /** The user does something. */
  act(): void
  /** Another tab notes that the user did something this many milliseconds ago. */
  elsewhere(ago?: number): void
  /** How often the vault was asked to end the session. */
  readonly ended: number
  /** What the page shows: the status, or the error. */
  readonly said: string
  /** In how many milliseconds the session ends, as the state says. */
  readonly countdown: number | undefined
  dispose(): void
}

interface Given {
  shows?: Snapshot
  warn?: number
  restore?: boolean
  isHidden?: boolean
  signOut?: Vault['signOut']
}

export const test = base.extend<{ open: (given?: Given) => App }>({
  open: async ({ globals, device }, use) => {
    await use((given = {}) => {
      const kept = globals.storage('localStorage')
      const state = createState()
      const disposing = new AbortController()
      let ended = 0
      const signOut = async (): ReturnType<Vault['signOut']> => ((ended += 1), {})
      const vault = {
        signOut: (options: object) => (given.signOut ?? signOut)(options),
      } as Partial<Vault>
      globals.give('document', { hidden: !!given.isHidden })
      const page = {
        config: () => ({ key: 'app', restore: given.restore }),
        door: { vault },
        disposed: disposing.signal,
      } as Partial<Start> as Start
      const clock = device()
      const idle = watchIdle(page, state, { after, warn: given.warn })
      state.show(given.shows ?? signedIn())
      return {
        idle,
        state,
        device: clock,
        kept,
        act() {
          const event = new Event('keydown')
          Object.defineProperty(event, 'isTrusted', { value: true })
          dispatchEvent(event)
        },
        elsewhere(ago = 0) {
          kept.set(active, `${Date.now() - ago}`)
          globals.happens('storage')
        },
        get ended() {
          return ended
        },
        get said() {
          const now = state.current()
          return (now.status === 'signed-out' && now.error?.code) || now.status
        },
        get countdown() {
          const now = state.current()
          return now.status === 'signed-in' && now.endsAt ? now.endsAt - Date.now() : undefined
        },
        dispose: () => disposing.abort(),
      }
    })
  },
})
