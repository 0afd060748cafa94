import { expect, type Page } from '@playwright/test'
import type { AuthState, SignInOptions, SignOutOptions, TokenOptions } from '../../src/index.js'

/** The outcome of a call: its value, or the error it rejected with. */
export interface Outcome<T> {
  readonly value?: T
  readonly error?: {
    name: string
    code?: string
    message: string
    hint?: string
    retryable?: boolean
    oauth?: { error: string }
  }
}

/** A response of `auth.fetch` and its body. */
export interface Read {
  readonly status: number
  readonly ok: boolean
  readonly url: string
  readonly type: string
  readonly redirected: boolean
  readonly headers: Record<string, string>
  readonly body: string
}

/** One tab with the app in it, used as a person or the app's own code would use it. */
export class Tab {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** Open a path of the app and wait until it knows who is signed in. */
  async open(path = '/'): Promise<AuthState> {
    await this.page.goto(path)
    return this.started()
  }

  /** Reload, and wait as `open` does. */
  async reload(): Promise<AuthState> {
    await this.page.reload()
    return this.started()
  }

  /** The state after `start()`. */
  started(): Promise<AuthState> {
    return this.page.evaluate(() => window.auth.start())
  }

  /** The state now. */
  state(): Promise<AuthState> {
    return this.page.evaluate(() => window.auth.state)
  }

  /** The states published since this page was loaded: `stale`, or else the status. */
  history(): Promise<string[]> {
    return this.page.evaluate(() =>
      window.states.map((state) => ('stale' in state && state.stale ? 'stale' : state.status)),
    )
  }

  /** Wait until the state has this status. */
  async becomes(status: AuthState['status'] | 'stale'): Promise<void> {
    await this.page.waitForFunction((wanted) => {
      const { state } = window.auth
      const stale = state.status === 'signed-in' && state.stale !== undefined
      return wanted === 'stale' ? stale : state.status === wanted && !stale
    }, status)
  }

  /** Sign in by redirect, and wait until the app is back and signed in. */
  async signIn(options: Omit<SignInOptions, 'signal'> = {}): Promise<AuthState> {
    await this.leave(options)
    const state = await this.started()
    expect(state.status, JSON.stringify(state)).toBe('signed-in')
    return state
  }

  /** Start a sign-in, and wait until the browser is back from the server. */
  async leave(options: Omit<SignInOptions, 'signal'> = {}): Promise<void> {
    const { origin } = new URL(this.page.url())
    // The app may be ready before its own page's `load` event. Let that event pass: the next `load` is the one to wait for.
    await this.page.waitForLoadState()
    const back = this.page.waitForEvent('load')
    await this.page.evaluate((given) => void window.auth.signIn(given), options)
    await back
    await this.page.waitForURL((url) => url.origin === origin && !url.searchParams.has('state'))
  }

  /** Run a function in the page. An error that it throws is returned as `error`. */
  async attempt<T, A>(work: (argument: A) => T | Promise<T>, argument: A): Promise<Outcome<T>>
  async attempt<T>(work: () => T | Promise<T>): Promise<Outcome<T>>
  async attempt(
    work: (argument: unknown) => unknown,
    argument?: unknown,
  ): Promise<Outcome<unknown>> {
    return this.page.evaluate(
      async ([source, given]) => {
        try {
          // eslint-disable-next-line no-eval -- the test's own function, sent to the page as text
          const run = (0, eval)(`(${source})`) as (argument: unknown) => unknown
          return { value: await run(given) }
        } catch (caught) {
          window.tell?.('error', caught)
          const { name, code, message, hint, retryable, oauth } = caught as Error & {
            code?: string
            hint?: string
            retryable?: boolean
            oauth?: { error: string }
          }
          return {
            error: {
              name,
              message,
              ...(typeof code === 'string' && { code }),
              ...(hint !== undefined && { hint }),
              ...(retryable !== undefined && { retryable }),
              ...(oauth && { oauth }),
            },
          }
        }
      },
      [work.toString(), argument] as const,
    )
  }

  /** Call `auth.fetch` and read the response. */
  fetch(url: string, init: Record<string, unknown> = {}): Promise<Outcome<Read>> {
    return this.attempt(
      async ([target, given]: readonly [string, Record<string, unknown>]) => {
        const response = await window.auth.fetch(target, given as RequestInit)
        return {
          status: response.status,
          ok: response.ok,
          url: response.url,
          type: response.type as string,
          redirected: response.redirected,
          headers: Object.fromEntries(response.headers) as Record<string, string>,
          body: await response.text(),
        }
      },
      [url, init] as const,
    )
  }

  token(options: TokenOptions = {}): Promise<Outcome<string>> {
    return this.attempt((given: TokenOptions) => window.auth.getAccessToken(given), options)
  }

  /** `count` calls of `getAccessToken` at once: the token of each, or the code it rejected with. */
  tokens(count: number): Promise<string[]> {
    return this.page.evaluate(async (many) => {
      const calls = Array.from({ length: many }, () => window.auth.getAccessToken())
      const settled = await Promise.allSettled(calls)
      return settled.map((one) =>
        one.status === 'fulfilled' ? one.value : `rejected: ${one.reason.code}`,
      )
    }, count)
  }

  refresh(): Promise<Outcome<AuthState>> {
    return this.attempt(() => window.auth.refresh())
  }

  signOut(options: SignOutOptions = {}): Promise<Outcome<void>> {
    return this.attempt((given: SignOutOptions) => window.auth.signOut(given), options)
  }

  /** Everything that this origin has stored, as text: IndexedDB, both Web Storages, cookies. */
  dump(): Promise<string> {
    return this.page.evaluate(async () => {
      const found: unknown[] = [{ ...localStorage }, { ...sessionStorage }, document.cookie]
      for (const { name = '' } of await indexedDB.databases()) {
        const open = indexedDB.open(name)
        const db = await new Promise<IDBDatabase>(
          (resolve) => (open.onsuccess = () => resolve(open.result)),
        )
        for (const storeName of db.objectStoreNames) {
          const all = db.transaction(storeName).objectStore(storeName).getAll()
          found.push(await new Promise((resolve) => (all.onsuccess = () => resolve(all.result))))
        }
        db.close()
      }
      return JSON.stringify(found)
    })
  }
}
