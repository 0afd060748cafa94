import type { AuthOptions, SignInOptions } from '../../src/index.js'
import type { LedgerEntry, MockServer } from '../../src/testing/index.js'
import { expect, type Outcome, type Tab } from './fixture.js'

// A sign-in in single steps: leave, get the server's answer, arrive.

export type Leg = Omit<SignInOptions, 'signal'>

/** The next navigation to the authorize endpoint goes nowhere: the browser stays on the page. */
export function hold(server: MockServer, times = 1): void {
  server.fail('authorize', { handled: false, status: 204 }, times)
}

/** Wait until the browser has requested the authorize endpoint `count` times in all. @returns the last URL */
export async function asked(server: MockServer, count: number): Promise<URL> {
  const requests = (): number => server.requests('authorize').length
  await expect.poll(requests, { intervals: [10] }).toBe(count)
  return new URL(server.requests('authorize').at(-1)?.url ?? '')
}

/** Start a sign-in, but stay on the page. @returns the authorize URL that the browser requested */
export async function depart(tab: Tab, server: MockServer, options: Leg = {}): Promise<URL> {
  const count = server.requests('authorize').length + 1
  hold(server)
  await tab.page.evaluate((given) => void window.auth.signIn(given), options)
  return asked(server, count)
}

/** The callback URL that the server answers an authorize URL with. */
export async function answer(server: MockServer, authorize: URL | string): Promise<string> {
  const response = await server.fetch(new Request(authorize))
  const location = response.headers.get('location')
  expect(location, 'The server does not redirect.').not.toBeNull()
  return location ?? ''
}

/** Start a sign-in, and get the server's answer. @returns the callback URL, which has not been opened */
export async function callback(tab: Tab, server: MockServer, options: Leg = {}): Promise<string> {
  return answer(server, await depart(tab, server, options))
}

/** The URL with some of its parameters set; `undefined` removes a parameter, a list repeats it. */
export function changed(
  href: string,
  params: Record<string, string | readonly string[] | undefined>,
): string {
  const url = new URL(href)
  for (const [name, value] of Object.entries(params)) {
    url.searchParams.delete(name)
    for (const one of [value ?? []].flat()) url.searchParams.append(name, one)
  }
  return url.href
}

/** The code a call rejected with. */
export const codeOf = ({ error }: Outcome<unknown>): string | undefined =>
  error?.code ?? error?.name

/** The state of the app once it is started: the code of `state.error`, else the status. */
export function said({ page }: Tab): Promise<string> {
  return page.evaluate(async () => {
    await window.auth.start()
    const { state } = window.auth
    return 'error' in state && state.error ? state.error.code : state.status
  })
}

/** The hint of the state's error. */
export function hinted({ page }: Tab): Promise<string | undefined> {
  return page.evaluate(() => {
    const { state } = window.auth
    return 'error' in state ? state.error?.hint : undefined
  })
}

/** Open a URL of the app. @returns the app's state, as `said` gives it */
export async function arrive(tab: Tab, href: string): Promise<string> {
  await tab.page.goto(href)
  return said(tab)
}

/** Path, query and fragment of the URL in the address bar. */
export function shown({ page }: Tab): string {
  const { pathname, search, hash } = new URL(page.url())
  return pathname + search + hash
}

/** The endpoints that these requests went to. */
export const endpoints = (entries: readonly LedgerEntry[]): string[] =>
  entries.map(({ endpoint }) => endpoint)

/** Make the client in a page that has not made any (`mode: 'manual'`). */
export async function make({ page }: Tab, options: AuthOptions): Promise<void> {
  await page.evaluate((given) => void (window.auth = window.Pixy.createAuth(given)), options)
}

/**
 * Make clients in a page that has not started any (`mode: 'manual'`), start them all in one tick,
 * and return the state of each. They stay, as `window.clients`.
 */
export function startAll(tab: Tab, all: readonly AuthOptions[]): Promise<string[]> {
  return tab.page.evaluate(async (given) => {
    window.clients = given.map((options) => window.Pixy.createAuth(options))
    const states = await Promise.all(window.clients.map((client) => client.start()))
    return states.map((state) =>
      'error' in state && state.error ? state.error.code : state.status,
    )
  }, all)
}

/** Two calls of the API that work. */
export async function callTwice(tab: Tab, url: string): Promise<void> {
  for (const _ of [1, 2]) expect((await tab.fetch(`${url}me`)).value).toMatchObject({ status: 200 })
}

/** An answer of the server without these members. */
export const withoutMembers =
  (...names: string[]) =>
  (json: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(json).filter(([name]) => !names.includes(name)))

/** Change the records that this origin keeps under names that start with `prefix`; the change is sent as text. */
export async function edit<T>(
  tab: Tab,
  prefix: string,
  change: (record: T, argument: number) => void,
  argument = 0,
): Promise<void> {
  const count = await tab.page.evaluate(
    async ([start, source, given]) => {
      // eslint-disable-next-line no-eval -- the test's own function, sent to the page as text
      const work = (0, eval)(`(${source})`) as (record: unknown, argument: number) => void
      const open = indexedDB.open('pixy-auth')
      const db = await new Promise<IDBDatabase>(
        (resolve) => (open.onsuccess = () => resolve(open.result)),
      )
      const transaction = db.transaction('keyval', 'readwrite')
      let edited = 0
      const cursor = transaction.objectStore('keyval').openCursor()
      cursor.onsuccess = () => {
        const at = cursor.result
        if (!at) return
        const { value } = at
        if (String(at.key).startsWith(start)) {
          work(value, given)
          at.update(value)
          edited++
        }
        at.continue()
      }
      await new Promise((resolve) => (transaction.oncomplete = resolve))
      db.close()
      return edited
    },
    [prefix, change.toString(), argument] as const,
  )
  expect(count, `Nothing is kept under ${prefix}.`).toBeGreaterThan(0)
}

declare global {
  interface Window {
    clients: Window['auth'][]
  }
}
