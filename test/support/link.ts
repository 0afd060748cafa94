import { expect } from '@playwright/test'
import type { Auth } from '../../src/api.js'
import { AuthError } from '../../src/errors.js'
import { keepLink } from '../../src/page/optional/link.js'
import { createState, type StateStore } from '../../src/page/state.js'
import { test as base, type Device } from './device.js'
import { signedOut } from './page.js'

// A link that has the URL of a sign-in. The test decides when each URL comes, and in which order.

class Anchor extends EventTarget {
  #href: string | undefined
  get href(): string {
    return this.#href ?? ''
  }
  set href(url: string) {
    this.#href = url
  }
  hasAttribute(): boolean {
    return this.#href !== undefined
  }
}

interface Asked {
  comes(url: string): Promise<void>
  fails(): Promise<void>
}

interface Given {
  isUndone?: boolean
  href?: string
  hasChannel?: boolean
}

interface App {
  link: Anchor
  state: StateStore
  device: Device
  /** The URLs that were asked for. */
  readonly asked: readonly Asked[]
  /** How often `signIn()` was called. */
  readonly signIns: number
  /** The options of each call of `prepare()`. */
  readonly prepared: readonly unknown[]
  /** How many listeners the state has, and the channel. */
  readonly listeners: number
  /** A sign-out, in whichever tab, has removed what the answers to links need. */
  signsOut(): void
  /** Click. @returns whether the browser follows the link */
  click(how?: {
    type?: string
    button?: number
    isTaken?: boolean
    [key: string]: unknown
  }): boolean
  undo(): void
}

const app = 'https://app.example'

/** A promise of a URL, and the functions by which the test settles it. */
function pending(): [Promise<string>, Asked] {
  let resolve: (url: string) => void
  let reject: (reason: unknown) => void
  const promise = new Promise<string>((...given) => ([resolve, reject] = given))
  const turn = (): Promise<void> => Promise.resolve().then(() => {})
  return [
    promise,
    {
      comes: (url) => (resolve(url), turn()),
      fails: () => (reject(new AuthError('network')), turn()),
    },
  ]
}

export const test = base.extend<{ open: (given?: Given) => App }>({
  open: async ({ globals, device }, use) => {
    globals.give('document', new EventTarget())
    globals.at(`${app}/desk`)
    await use(({ isUndone, href, hasChannel = true } = {}) => {
      const link = new Anchor()
      if (href) link.href = href
      const state = createState()
      state.show(signedOut())
      const asked: Asked[] = []
      const undoing = new AbortController()
      const prepared: unknown[] = []
      let [signIns, listeners] = [0, 0]
      let hear: (() => void) | undefined
      globals.give('BroadcastChannel', function (name: string) {
        if (!hasChannel) throw new Error('None.')
        expect(name).toBe('pixy-auth:links')
        listeners += 1
        return {
          set onmessage(listener: typeof hear) {
            hear = listener
          },
          close: () => ((listeners -= 1), (hear = undefined)),
        }
      })
      const auth: Partial<Auth> = {
        get state() {
          return state.current()
        },
        subscribe(listener) {
          listeners += 1
          const end = state.subscribe(listener)
          return () => ((listeners -= 1), end())
        },
        signInUrl() {
          const [promise, url] = pending()
          asked.push(url)
          return promise
        },
        signIn: async () => ((signIns += 1), state.current()),
        prepare: async (given) => void prepared.push(given),
      }
      const clock = device()
      if (isUndone) undoing.abort()
      keepLink(link as unknown as HTMLAnchorElement, auth as Auth, undefined, undoing.signal)
      return {
        link,
        state,
        device: clock,
        asked,
        prepared,
        get signIns() {
          return signIns
        },
        get listeners() {
          return listeners
        },
        click({ type = 'click', isTaken, ...how } = {}) {
          const event = new Event(type, { cancelable: true })
          if (isTaken) event.preventDefault()
          return link.dispatchEvent(Object.assign(event, { button: 0, ...how }))
        },
        signsOut: () => hear?.(),
        undo: () => undoing.abort(),
      }
    })
  },
})
