import { expect } from '@playwright/test'
import type { LedgerEntry, MockServer } from '../../src/testing/index.js'
import type { Tab } from './fixture.js'

/** A session's record, as far as the specs read or change it. */
export interface Stored {
  id: string
  version: number
  ended?: string
  refreshToken?: string
  tokens: Record<
    string,
    { value: string; receivedAt: number; expiresAt: number; forcedAt?: number }
  >
  lease?: Lease
}

/** The refresh lease in it: who may present the refresh token, since when, and how it ended. */
export interface Lease {
  attempt: string
  at: number
  tries: number
  unlocked?: boolean
  settled?: boolean
  until?: number
  refusedAt?: number
  prior?: number
}

/** The requests that presented a refresh token, whether or not the server accepted it. */
export function refreshes(server: MockServer): LedgerEntry[] {
  return server.requests('token').filter(({ params }) => params['grant_type'] === 'refresh_token')
}

/** The record of this tab's session, in IndexedDB or sessionStorage. */
export function stored(tab: Tab): Promise<Stored> {
  return bend(tab, () => {})
}

/**
 * Change the record in the store directly. Every tab gets a message, as if another tab had changed the
 * record. This tab has read the store again when the promise resolves.
 */
export async function bend<A>(
  tab: Tab,
  change: (record: Stored, argument: A) => void,
  argument?: A,
): Promise<Stored> {
  const bent = await tab.page.evaluate(
    async ([source, given]) => {
      // eslint-disable-next-line no-eval -- the test's own function, sent to the page as text
      const work = (0, eval)(`(${source})`) as (record: Stored, argument: unknown) => void
      const { issuer, server, clientId } = window.options
      const key = `pixy-auth:session:${issuer ?? server?.token_endpoint} ${clientId}`
      const own = sessionStorage.getItem(key)
      if (own) {
        const record = JSON.parse(own) as Stored
        work(record, given)
        sessionStorage.setItem(key, JSON.stringify(record))
        return record
      }
      const open = indexedDB.open('pixy-auth')
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        open.onsuccess = () => resolve(open.result)
        open.onerror = reject
      })
      const transaction = db.transaction('keyval', 'readwrite')
      const store = transaction.objectStore('keyval')
      const read = store.get(key)
      read.onsuccess = () => {
        work(read.result as Stored, given)
        store.put(read.result, key)
      }
      await new Promise((resolve) => (transaction.oncomplete = resolve))
      db.close()
      return read.result as Stored
    },
    [change.toString(), argument] as const,
  )
  await look(tab)
  return bent
}

/** Send a tab the message that the store has changed, as another tab would; wait until it has read the store. */
export async function look(tab: Tab): Promise<void> {
  await tab.page.evaluate(async () => {
    const { issuer, server, clientId } = window.options
    const name = `pixy-auth:${issuer ?? server?.token_endpoint} ${clientId}`
    const [line, echo] = [new BroadcastChannel(name), new BroadcastChannel(name)]
    // The channels of a page receive in the order in which they were made: the library's first.
    const heard = new Promise((resolve) => (echo.onmessage = resolve))
    line.postMessage('changed')
    await heard
    line.close()
    echo.close()
    // A transaction that writes waits for all earlier ones: the library has read by then.
    const open = indexedDB.open('pixy-auth')
    await new Promise((resolve) => (open.onsuccess = resolve))
    const transaction = open.result.transaction('keyval', 'readwrite')
    transaction.objectStore('keyval').count()
    await new Promise((resolve) => (transaction.oncomplete = resolve))
    open.result.close()
    await new Promise((resolve) => setTimeout(resolve))
  })
}

/**
 * Wait until a tab watches the end of its session, which has no refresh token. From then on, the tab
 * notices a change in the store only when it makes a call.
 */
export async function watchesEnd(tab: Tab): Promise<void> {
  // The watch is in the chunk that refreshes: a refresh loads it.
  expect((await tab.refresh()).error?.code).toBe('interaction_required')
}

/** Make the access tokens of the session that these tabs share expired, and let each tab know it. */
export async function expire(tab: Tab, ...others: Tab[]): Promise<Stored> {
  const record = await bend(tab, ({ tokens }) => {
    for (const token of Object.values(tokens)) token.expiresAt = Date.now() - 1
  })
  for (const other of others) await look(other)
  return record
}

/**
 * Let the access tokens of the session that these tabs share live for 28 s more, of 300: they are
 * renewed on use, and can be used until they are renewed.
 */
export async function nearExpiry(tab: Tab, ...others: Tab[]): Promise<Stored> {
  const record = await bend(tab, ({ tokens }) => {
    for (const token of Object.values(tokens)) {
      token.receivedAt = Date.now() - 272_000
      token.expiresAt = Date.now() + 28_000
    }
  })
  for (const other of others) await look(other)
  return record
}

/** The token endpoint handles its next request only after `server.heal()`. */
export function holdTokens(server: MockServer): void {
  server.fail('token', { delay: 600_000 })
}

/** Make the page's backoff before it presents a refresh token again very short. */
export async function hurry(tab: Tab): Promise<void> {
  await tab.page.evaluate(() => void (Math.random = () => -0.9))
}

/** Call `getAccessToken` without waiting; `answer()` waits for the token or the error code. */
export async function call(tab: Tab): Promise<{ answer(): Promise<string> }> {
  const name = `call-${crypto.randomUUID()}`
  await tab.page.evaluate((id) => {
    const answer = window.auth.getAccessToken().catch((error: { code: string }) => error.code)
    Object.assign(window, { [id]: answer })
  }, name)
  return {
    answer: () =>
      tab.page.evaluate((id) => (window as unknown as Record<string, Promise<string>>)[id]!, name),
  }
}

/** Dispatch an event of a tab that wakes up; not every test browser can let a tab sleep. */
export function wake(tab: Tab, type: 'online' | 'visibilitychange' | 'pageshow'): Promise<void> {
  return tab.page.evaluate((name) => {
    if (name === 'pageshow') dispatchEvent(new PageTransitionEvent(name, { persisted: true }))
    else if (name === 'online') dispatchEvent(new Event(name))
    else document.dispatchEvent(new Event(name, { bubbles: true }))
  }, type)
}

/** The state in words: its status, and the code of its `error` or `stale`. */
export async function saying(tab: Tab): Promise<string> {
  return tab.page.evaluate(() => {
    const { state } = window.auth
    const { code } = ('stale' in state ? state.stale : 'error' in state ? state.error : null) ?? {}
    return [state.status, ...(code ? [code] : [])].join(' ')
  })
}

/** All secrets of the server that this tab's storage still holds. */
export async function leaks(tab: Tab, server: MockServer): Promise<string[]> {
  const dump = await tab.dump()
  return [...server.secrets].filter((secret) => dump.includes(secret))
}

/** Replace the session's record in IndexedDB; without a record, empty the whole store. */
export async function overwrite(tab: Tab, record?: unknown): Promise<void> {
  await tab.page.evaluate(async (other) => {
    const { issuer, clientId } = window.options
    const open = indexedDB.open('pixy-auth')
    // A page that has found no session has made no database.
    open.onupgradeneeded = () => open.result.createObjectStore('keyval')
    await new Promise((resolve) => (open.onsuccess = resolve))
    const transaction = open.result.transaction('keyval', 'readwrite')
    const store = transaction.objectStore('keyval')
    if (other === undefined) store.clear()
    else store.put(other, `pixy-auth:session:${issuer} ${clientId}`)
    await new Promise((resolve) => (transaction.oncomplete = resolve))
    open.result.close()
  }, record)
}
