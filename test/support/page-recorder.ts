import type { Place } from './canaries.js'

// What runs in the pages themselves, and so can use nothing from outside its functions.

declare global {
  interface Window {
    /** Tells the test what a page said, threw or kept; in the fixture's contexts only. */
    tell?: (place: Place, what: unknown) => void
    canary?: (place: Place | 'issued', text: string) => void
  }
}

/** Before a page's first script: hear all that it says and keeps. */
export function tap(): void {
  // An error tells of itself, and of all that it stands on.
  const whole = (_: string, value: unknown): unknown => {
    if (!(value instanceof Error)) return value
    const { name, message, stack, cause, errors } = value as AggregateError
    return { ...value, name, message, stack, cause, errors }
  }
  window.tell = (place, what) => {
    try {
      window.canary?.(place, JSON.stringify(what, whole) ?? '')
    } catch {
      // What cannot be told as text holds no text.
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

/** Before a page's first script: learn the secrets of a server that keeps no list, as they come and go. */
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

/** What a page keeps at its end; each entry of a storage as it would have been set. */
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
