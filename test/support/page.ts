import { setMaxListeners } from 'node:events'
import { test as base } from '@playwright/test'
import type { Snapshot } from '../../src/door.js'
import type { ErrorData } from '../../src/errors.js'

// A page in plain Node. It has only those globals that a test gives it.

type Items = Map<string, string>

export interface Globals {
  /** Give the page a global; `undefined` takes it away. */
  give(name: string, value: unknown): void
  /** Deny the page a storage, as a browser does that blocks site data. */
  deny(name: 'localStorage' | 'sessionStorage'): void
  /** Give the page a storage. @returns the content of the storage */
  storage(name: 'localStorage' | 'sessionStorage'): Items
  /** Put the page at a URL. @returns the URL in its address bar, and the URLs to which it has navigated */
  at(href: string): { readonly href: string; readonly left: readonly string[] }
  /** Hold the page's timers from now on. @returns a function that fires all waiting timers and gives their number */
  timers(): () => number
  /** Dispatch an event at the window. It counts as the user's, unless `more` says otherwise. */
  happens(type: string, more?: object): void
  /** What the page reported as errors of the app. */
  readonly reported: unknown[]
}

function deny(): never {
  throw new DOMException('denied', 'SecurityError')
}

export const test = base.extend<{ globals: Globals }>({
  globals: async ({}, use) => {
    const before = new Map<string, PropertyDescriptor | undefined>()
    const reported: unknown[] = []
    const target = new EventTarget()
    const define = (name: string, descriptor: PropertyDescriptor): void => {
      if (!before.has(name)) before.set(name, Object.getOwnPropertyDescriptor(globalThis, name))
      Object.defineProperty(globalThis, name, { ...descriptor, configurable: true })
    }
    const give: Globals['give'] = (name, value) => define(name, { value, writable: true })
    give('window', globalThis)
    // Node warns of many listeners; a page has no such limit.
    setMaxListeners(50)
    // An event that Node dispatches never counts as the user's, so listeners get the event of `happens` instead.
    type Listener = (event: object) => void
    const heard = new WeakMap<Listener, Listener>()
    const hear = (type: string, listener: Listener, options: AddEventListenerOptions): void => {
      const own: Listener = (event) => listener('given' in event ? (event.given as object) : event)
      heard.set(listener, own)
      target.addEventListener(type, own, options)
    }
    give('addEventListener', hear)
    give('removeEventListener', (type: string, listener: Listener) =>
      target.removeEventListener(type, heard.get(listener) ?? null),
    )
    give('dispatchEvent', target.dispatchEvent.bind(target))
    give('reportError', (error: unknown) => reported.push(error))
    give('PopStateEvent', Event)
    give('document', {
      visibilityState: 'visible',
      createElement: () => ({ remove: () => {} }),
      head: { append: () => {} },
    })
    await use({
      give,
      deny: (name) => define(name, { get: deny }),
      storage(name) {
        const items: Items = new Map()
        give(name, {
          getItem: (key: string) => items.get(key) ?? null,
          setItem: (key: string, value: string) => void items.set(key, value),
          removeItem: (key: string) => void items.delete(key),
        })
        return items
      },
      at(href) {
        const address = new URL(href)
        const left: string[] = []
        const leave = (url: string): void => void left.push(url)
        const ways = { assign: leave, replace: leave }
        define('location', { get: () => Object.assign(new URL(address), ways) })
        const history = {
          length: 1,
          state: { of: 'the router' } as unknown,
          replaceState(state: unknown, _: string, url?: string) {
            history.state = state
            if (url) address.href = new URL(url, address).href
          },
          pushState(...given: [unknown, string, string?]) {
            history.replaceState(...given)
            history.length += 1
          },
        }
        give('history', history)
        return {
          get href() {
            return address.href
          },
          left,
        }
      },
      timers() {
        const waiting: (() => void)[] = []
        give('setTimeout', (work: () => void) => waiting.push(work))
        return () => {
          const due = waiting.splice(0)
          for (const work of due) work()
          return due.length
        }
      },
      happens(type, more = {}) {
        const given = { type, isTrusted: true, timeStamp: performance.now(), ...more }
        target.dispatchEvent(Object.assign(new Event(type), { given }))
      },
      reported,
    })
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor)
      else Reflect.deleteProperty(globalThis, name)
    }
  },
})

export const failure: ErrorData = { code: 'network', hint: undefined, oauth: undefined }

/** The vault's snapshot without a session. */
export const signedOut = (error?: ErrorData): Snapshot => ({ status: 'signed-out', error })

/** The vault's snapshot of a session. */
export const signedIn = (
  more: { email?: string; id?: string; stale?: ErrorData } = {},
): Snapshot => ({
  status: 'signed-in',
  id: more.id ?? 'one',
  user: { sub: 'user-1', ...(more.email && { email: more.email }) },
  session: { scope: ['openid'], tokenType: 'bearer', issuer: 'https://id.example' },
  stale: more.stale,
})
