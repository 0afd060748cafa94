import type { Auth, AuthOptions } from '../../src/index.js'
import { settle, type Settled } from './settling.js'

// Each frame stands for a tab: it has its own realm, locks, database connections and channels. To
// remove the frame kills the tab in the middle of its work.

type Tab = Window & typeof globalThis

/** The steps of a tab that have an effect outside of it. A test kills the tab after one of them. */
export interface Steps {
  /** The first step that the tab did not take; pending while it has taken all. */
  readonly died: Promise<string>
}

export interface Frames {
  /** Open a tab at this URL. Its client is created and not started. */
  open(url?: string, options?: Partial<AuthOptions>): Promise<Tab>
  close(tab: Tab): void
  /** Open so many tabs and start their clients. */
  crowd(count: number): Promise<Tab[]>
  /** Sign in, in a tab that is closed afterwards. */
  signIn(options?: Partial<AuthOptions>): Promise<void>
  /** Everything that this origin has stored, as text. */
  kept(): Promise<string>
  /** Let the tab take so many steps from now on and no more. */
  limit(tab: Tab, steps: number): Steps
  /** Let the stored access tokens of the session expire. */
  expire(options?: Partial<AuthOptions>): Promise<void>
  /** Wait until network, storage and locks have had their turn. */
  turn(api: string): Promise<void>
  /** Call everything in a tab for each fault, or for each two. */
  settle(which: 'single' | 'pair', api: string): Promise<Settled[]>
  /**
   * Run `act` in one tab after the other, and kill the first tab before the first step, the next
   * one before the second step, and so on, until `act` completes in one.
   *
   * @returns the steps, each with what `recover` returned after it
   */
  kill<T>(
    prepare: () => Promise<Tab>,
    act: (auth: Auth) => Promise<unknown>,
    recover: () => Promise<T>,
  ): Promise<[string, T][]>
}

declare global {
  interface Window {
    tabs: Frames
  }
}

const never = new Promise<never>(() => {})

const frameOf = (tab: Tab): Element | undefined =>
  [...document.querySelectorAll('iframe')].find(({ contentWindow }) => contentWindow === tab)

const close = (tab: Tab): void => frameOf(tab)?.remove()

async function open(url = '/', options: Partial<AuthOptions> = {}): Promise<Tab> {
  const frame = document.createElement('iframe')
  frame.src = url
  document.body.append(frame)
  await new Promise((resolve) => (frame.onload = resolve))
  const tab = frame.contentWindow as Tab
  tab.auth = tab.Pixy.createAuth({ ...tab.options, ...options })
  return tab
}

function limit(tab: Tab, steps: number): Steps {
  let taken = 0
  let die: (step: string) => void
  const died = new Promise<string>((resolve) => (die = resolve))
  const goesOn = (step: string): boolean => {
    taken += 1
    if (taken === steps + 1) die(step)
    return taken <= steps
  }
  const gate = <K extends string>(
    target: Record<K, (...given: never[]) => unknown>,
    name: K,
    instead: () => unknown,
  ): void => {
    const original = target[name]
    target[name] = function (this: unknown, ...given: never[]) {
      return goesOn(name) ? original.apply(this, given) : instead()
    }
  }
  for (const name of ['get', 'put', 'delete'] as const)
    gate(tab.IDBObjectStore.prototype, name, () => new EventTarget())
  gate(tab.BroadcastChannel.prototype, 'postMessage', () => undefined)
  gate(tab.LockManager.prototype, 'request', () => never)
  gate(tab.SubtleCrypto.prototype, 'digest', () => never)
  const { fetch } = tab
  tab.fetch = async (...given) => {
    if (!goesOn('fetch')) return never
    const response = await fetch.apply(tab, given)
    return goesOn('answer') ? response : never
  }
  return { died }
}

async function look(work: (store: IDBObjectStore) => void): Promise<void> {
  const open = indexedDB.open('pixy-auth')
  await new Promise((resolve, reject) => {
    open.onsuccess = resolve
    open.onerror = () => reject(open.error)
  })
  const transaction = open.result.transaction('keyval', 'readwrite')
  work(transaction.objectStore('keyval'))
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve
    // Also when `work` throws.
    transaction.onabort = () => reject(transaction.error)
  })
  open.result.close()
}

const expire = (options: Partial<AuthOptions> = {}): Promise<void> =>
  look((store) => {
    const { issuer, clientId } = { ...window.options, ...options }
    const key = `pixy-auth:session:${issuer} ${clientId}`
    const read = store.get(key)
    read.onsuccess = () => {
      const { tokens } = read.result as { tokens: Record<string, { expiresAt: number }> }
      for (const token of Object.values(tokens)) token.expiresAt = Date.now() - 1
      store.put(read.result, key)
    }
  })

async function kept(): Promise<string> {
  let all: IDBRequest<unknown[]> | undefined
  await look((store) => (all = store.getAll()))
  return JSON.stringify([all?.result, { ...localStorage }, { ...sessionStorage }])
}

async function turn(api: string): Promise<void> {
  await Promise.all([
    fetch(api),
    // Behind every script that the tabs load.
    fetch('/nothing.js', { cache: 'no-store', priority: 'low' }),
    look((store) => store.count()),
    navigator.locks.request('turn', () => {}),
    crypto.subtle.digest('SHA-256', new Uint8Array(1)),
  ])
}

async function crowd(count: number): Promise<Tab[]> {
  const tabs = await Promise.all(Array.from({ length: count }, () => open()))
  await Promise.all(tabs.map(({ auth }) => auth.start()))
  return tabs
}

async function signIn(options: Partial<AuthOptions> = {}): Promise<void> {
  const tab = await open('/', options)
  const back = await open(await tab.auth.signInUrl(), options)
  const state = await back.auth.start()
  if (state.status !== 'signed-in') throw new Error(`The sign-in failed: ${JSON.stringify(state)}`)
  for (const done of [tab, back]) close(done)
}

window.tabs = {
  open,
  close,
  crowd,
  signIn,
  kept,
  limit,
  expire,
  turn,
  settle: (which, api) => settle(window.tabs, which, api),
  async kill(prepare, act, recover) {
    const found: [string, Awaited<ReturnType<typeof recover>>][] = []
    for (let steps = 0; ; steps++) {
      const tab = await prepare()
      const { died } = limit(tab, steps)
      const done = act(tab.auth).then(
        () => 'done',
        () => 'done',
      )
      const step = await Promise.race([died, done])
      close(tab)
      found.push([step, await recover()])
      if (step === 'done') return found
    }
  },
}
