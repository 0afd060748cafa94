import type { AnswerPlace, CallbackResult, Vault } from '../../src/door.js'
import { writeState } from '../../src/lib/state-param.js'
import type { Opened } from '../../src/page/client.js'
import { signedIn, test as base } from './page.js'

// A sign-in by a popup, and the popup as the page that opened it sees it.

/** A popup whose state a test sets. */
export class Popup {
  closed = false
  /** Whether it shows a page of another origin, whose address cannot be read. */
  isElsewhere = false
  opener: unknown = 'the page'
  shown = 0
  /** The URLs that it was sent to. */
  readonly went: string[] = []
  readonly #location: { readonly href: string; replace(url: string): void }

  constructor() {
    const readHref = (): string => {
      if (this.isElsewhere) throw new DOMException('cross-origin', 'SecurityError')
      return 'about:blank'
    }
    this.#location = {
      get href() {
        return readHref()
      },
      replace: (url) => void this.went.push(url),
    }
  }
  get location(): { readonly href: string; replace(url: string): void } {
    return this.#location
  }
  resizeTo(): void {}
  focus(): void {
    this.shown += 1
  }
  close(): void {
    this.closed = true
  }
}

/** How a page signs in by a popup. */
export type SignIn = (
  popup: Window,
  ask: (answer: AnswerPlace) => Promise<string>,
  opened: Opened,
  onLeaving: (again: () => void) => void,
) => Promise<CallbackResult>

interface SignInByPopup {
  popup: Popup
  /** What the sign-in came to: its result, or the code that it rejected with. */
  readonly outcome: unknown
  /** Whether the page has the focus. */
  hasFocus: boolean
  /** How often an authorize URL was asked for. */
  readonly asked: number
  /** Let the page look at the popup this many times. */
  look(times: number): Promise<void>
  /** Click once more. */
  clickAgain(): Promise<void>
  /** The callback URL of the sign-in. */
  callbackUrl(): string
  /** Deliver a message on the channel of the popup. */
  say(data: unknown): Promise<void>
}

export const app = 'https://app.example'
export const done: CallbackResult = { snapshot: signedIn() }

const turn = (): Promise<void> => new Promise((then) => setImmediate(then))

export const test = base.extend<{
  /** @param urls of the server, one for each time that the sign-in asks */
  begin: (signIn: SignIn, urls?: string[]) => Promise<SignInByPopup>
}>({
  begin: async ({ globals }, use) => {
    globals.at(`${app}/`)
    let hear: ((event: MessageEvent) => unknown) | null | undefined
    globals.give('BroadcastChannel', function () {
      return {
        set onmessage(listener: typeof hear) {
          hear = listener
        },
        postMessage: () => {},
        close: () => {},
      }
    })
    const looks: (() => void)[] = []
    globals.give('setInterval', (look: () => void) => looks.push(look))
    globals.give('clearInterval', () => looks.pop())
    await use(async (signIn, urls = ['https://id.example/authorize']) => {
      const popup = new Popup()
      const asked: AnswerPlace[] = []
      const ask = async (place: AnswerPlace): Promise<string> =>
        urls[asked.push(place) - 1] ?? 'https://id.example/too-many'
      const vault = { callback: async () => done } as Partial<Vault> as Vault
      const config = { key: 'app', redirectUri: `${app}/callback`, resources: [] }
      let again = (): void => {}
      let hasFocus = true
      globals.give('document', { hasFocus: () => hasFocus })
      let outcome: unknown
      signIn(popup as unknown as Window, ask, { vault, config } as Opened, (go) => (again = go))
        .catch(({ code }: { code: unknown }) => code)
        .then((end) => (outcome = end))
      await turn()
      return {
        popup,
        get outcome() {
          return outcome
        },
        set hasFocus(has: boolean) {
          hasFocus = has
        },
        get asked() {
          return asked.length
        },
        async look(times) {
          for (; times > 0; times--) looks[0]?.()
          await turn()
        },
        clickAgain: () => (again(), turn()),
        callbackUrl: () =>
          `${app}/callback?code=1&state=${writeState('popup', 'client', `${asked[0]?.random}`)}`,
        say: (data) => (hear?.({ data } as MessageEvent), turn()),
      }
    })
  },
})
