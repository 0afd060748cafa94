import { test as base } from '@playwright/test'
import type { Snapshot } from '../../src/door.js'
import type { ErrorData } from '../../src/errors.js'

// A page in plain Node: of its globals only those that a test gives it.

type Items = Map<string, string>

export interface Globals {
  /** Let the page have a global, or do without it. */
  give(name: string, value: unknown): void
  /** Deny it a storage, as a browser does that blocks site data. */
  deny(name: 'localStorage' | 'sessionStorage'): void
  /** Give it a storage. @returns what it holds */
  storage(name: 'localStorage' | 'sessionStorage'): Items
  /** Have the page be at a URL. @returns the URL that its address bar shows, and where it left for */
  at(href: string): { readonly href: string; readonly left: readonly string[] }
  /** Let an event happen to the window. */
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
    give('addEventListener', target.addEventListener.bind(target))
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
        const assign = (url: string): void => void left.push(url)
        define('location', { get: () => Object.assign(new URL(address), { assign }) })
        const replaceState = (_: unknown, __: string, url: string): void =>
          void (address.href = url)
        give('history', { state: { of: 'the router' }, replaceState })
        return {
          get href() {
            return address.href
          },
          left,
        }
      },
      happens: (type, more = {}) => void target.dispatchEvent(Object.assign(new Event(type), more)),
      reported,
    })
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor)
      else Reflect.deleteProperty(globalThis, name)
    }
  },
})

export const failure: ErrorData = { code: 'network', hint: undefined, oauth: undefined }

/** What the vault says where no session is. */
export const signedOut = (error?: ErrorData): Snapshot => ({ status: 'signed-out', error })

/** What the vault says of a session. */
export const signedIn = (
  more: { email?: string; id?: string; stale?: ErrorData } = {},
): Snapshot => ({
  status: 'signed-in',
  id: more.id ?? 'one',
  user: { sub: 'user-1', ...(more.email && { email: more.email }) },
  session: { scope: ['openid'], tokenType: 'bearer', issuer: 'https://id.example' },
  stale: more.stale,
})
