import type { Place } from './canaries.js'

// These functions run in the pages, so they use nothing from outside themselves.

declare global {
  interface Window {
    /** Reports to the test what a page shows, throws or stores; only in contexts of the fixture. */
    tell?: (place: Place, what: unknown) => void
    canary?: (place: Place | 'issued', text: string) => void
  }
}

/** Report all that a page shows and stores; runs before its first script. */
export function tap(): void {
  // Every member of an error, with its cause and its errors.
  const whole = (_: string, value: unknown): unknown => {
    if (!(value instanceof Error)) return value
    const { name, message, stack, cause, errors } = value as AggregateError
    return { ...value, name, message, stack, cause, errors }
  }
  window.tell = (place, what) => {
    try {
      window.canary?.(place, JSON.stringify(what, whole) ?? '')
    } catch {
      // The value cannot be serialised, so it holds no text.
    }
  }
  const tapped = (target: object, names: string[], place: (self: unknown) => Place): void => {
    const all = target as Record<string, (...given: unknown[]) => unknown>
    for (const name of names) {
      const real = all[name]
      all[name] = function (this: unknown, ...given: unknown[]) {
        window.tell?.(place(this), given)
        return real?.apply(this, given)
      }
    }
  }
  tapped(console, ['debug', 'error', 'info', 'log', 'warn'], () => 'console')
  tapped(History.prototype, ['pushState', 'replaceState'], () => 'history')
  for (const line of [BroadcastChannel, MessagePort, Worker])
    tapped(line.prototype, ['postMessage'], () => 'message')
  tapped(window, ['postMessage'], () => 'message')
  tapped(Storage.prototype, ['setItem'], (self) =>
    self === window.sessionStorage ? 'sessionStorage' : 'localStorage',
  )
  addEventListener('unhandledrejection', ({ reason }) => window.tell?.('error', reason))
  addEventListener('error', ({ error }) => window.tell?.('error', error))
}

/** Report the secrets of the page's token requests and responses; runs before its first script. */
export function learn(): void {
  const real = window.fetch
  window.fetch = async (input, init) => {
    const response = await real(input, init)
    const { body } = init ?? {}
    if (body instanceof URLSearchParams) {
      window.canary?.('issued', JSON.stringify(Object.fromEntries(body)))
      const text = await response.clone().text()
      window.canary?.('issued', text)
    }
    return response
  }
}

/** What a page has stored; each entry as `setItem` would have reported it. */
export function kept(): { over: boolean; stores: [Place, string][] } {
  const all = (place: Place, store: Storage): [Place, string][] =>
    Object.entries(store).map((entry) => [place, JSON.stringify(entry)])
  return {
    over: (window.auth?.state.status ?? 'loading') !== 'loading',
    stores: [
      ...all('localStorage', window.localStorage),
      ...all('sessionStorage', window.sessionStorage),
      ['history', JSON.stringify(history.state) ?? ''],
    ],
  }
}
