import { resolveConfig } from '../../src/config.js'
import type { CallbackResult, Snapshot, Vault, VaultEvent } from '../../src/door.js'
import { AuthError } from '../../src/errors.js'
import type { AuthOptions } from '../../src/options.js'
import type { Start } from '../../src/page/client.js'
import { createStart } from '../../src/page/start.js'
import { createState, type StateStore } from '../../src/page/state.js'
import { signedOut, test as base } from './page.js'

// The start of a client in a page, with a vault whose answers the test decides.

export interface App {
  start: Start
  state: StateStore
  /** Send an event of the vault to the page. */
  tell(event: VaultEvent): void
  tellState(snapshot: Snapshot): void
  /** The calls of the page to the vault, in order. */
  readonly asked: string[]
}

interface Answers {
  open?: (refused: string | undefined) => Snapshot | Promise<Snapshot>
  callback?: (href: string) => CallbackResult | undefined
  options?: Partial<AuthOptions>
}

export const app = 'https://app.example'

export const test = base.extend<{ open: (answers?: Answers) => App }>({
  open: async ({ globals }, use) => {
    globals.storage('localStorage')
    globals.storage('sessionStorage')
    globals.give('requestIdleCallback', (work: () => void) => work())
    globals.at(`${app}/`)
    const starts: Start[] = []
    await use(({ open = () => signedOut(), callback = () => undefined, options } = {}) => {
      const asked: string[] = []
      const note = (what: string): void => void asked.push(what)
      let tell: (event: VaultEvent) => void = () => {}
      const vault: Partial<Vault> = {
        open: async (refused) => (note(`open ${refused ?? ''}`.trim()), open(refused)),
        callback: async (href) => (note('callback'), callback(href)),
        prepare: () => (note('prepare'), Promise.reject(new AuthError('network'))),
        resume: () => (note('resume'), Promise.reject(new AuthError('network'))),
        signOut: async () => ({}),
        close: async () => note('close'),
      }
      const state = createState()
      const given = { issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' }
      const all = { ...given, resources: ['/api'], ...options } as AuthOptions
      const start = createStart(
        (base) => resolveConfig(all, base),
        (_, __, emit) => ((tell = emit), vault as Vault),
        state,
      )
      starts.push(start)
      return {
        start,
        state,
        asked,
        tell: (event) => tell(event),
        tellState: (snapshot) => tell({ type: 'state', snapshot }),
      }
    })
    // Wait for the chunks that are loaded when the page is idle: they must not arrive in the next test.
    for (const start of starts) await start.signIn().catch(() => {})
  },
})
