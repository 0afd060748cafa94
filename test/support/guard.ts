import type { PageConfig } from '../../src/config.js'
import type { SignInRequest, Snapshot, Vault } from '../../src/door.js'
import type { AuthError } from '../../src/errors.js'
import type { Guard, Opened, Start } from '../../src/page/client.js'
import { createGuard } from '../../src/page/sign-in/guard.js'
import { createState, type StateStore } from '../../src/page/state.js'
import { signedOut, test as base } from './page.js'

// A page that leaves for the server, with a vault that gives the URL.

export const app = 'https://app.example'
export const server = 'https://id.example/authorize?request=1'

export interface App {
  guard: Guard
  state: StateStore
  /** The sign-in requests that the vault got. */
  readonly asked: SignInRequest[]
  readonly left: readonly string[]
}

interface Given {
  shows?: Snapshot
  opens?: Snapshot
  hasCallback?: boolean
  isSignedOut?: boolean
  /** More of the options. */
  config?: Partial<PageConfig>
  /** Methods of the vault that differ from the usual ones. */
  vault?: Partial<Vault>
  /** The error with which the start fails. */
  closed?: AuthError
  /** The error for wrong options. */
  wrong?: AuthError
  authorize?: () => Promise<string>
}

export const test = base.extend<{ open: (given?: Given) => App }>({
  open: async ({ globals }, use) => {
    globals.storage('localStorage')
    globals.storage('sessionStorage')
    globals.give('parent', globalThis)
    const here = globals.at(`${app}/deep?q#hash`)
    await use((given = {}) => {
      const state = createState()
      state.show(given.shows ?? signedOut())
      const asked: SignInRequest[] = []
      const vault = {
        open: async () => (state.show(given.opens ?? given.shows ?? signedOut()), signedOut()),
        authorize: (request: SignInRequest) => (
          asked.push(request),
          given.authorize?.() ?? Promise.resolve(server)
        ),
        ...given.vault,
      } as Partial<Vault> as Vault
      const config = {
        key: 'app',
        redirectUri: `${app}/callback`,
        resources: [],
        ...given.config,
      }
      const opened: Opened = { config, vault, hasCallback: !!given.hasCallback }
      const start: Partial<Start> = {
        open: () => (given.closed ? Promise.reject(given.closed) : Promise.resolve(opened)),
        config() {
          if (given.wrong) throw given.wrong
          return config
        },
        isSignedOut: () => !!given.isSignedOut,
        door: opened,
      }
      const guard = createGuard(start as Start, state)
      return { guard, state, asked, left: here.left }
    })
  },
})
