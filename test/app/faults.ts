/** Breaks something in the environment of a tab. */
export type Fault = (tab: Window & typeof globalThis) => void

const never = new Promise<never>(() => {})

/** Replace the answers of the authorization server. Other requests are sent as usual. */
const answering =
  (answer: (signal: AbortSignal | undefined) => Promise<Response>): Fault =>
  (tab) => {
    const { fetch } = tab
    tab.fetch = (input, init) =>
      String(input).startsWith(tab.options.issuer ?? '')
        ? answer(init?.signal ?? undefined)
        : fetch.call(tab, input, init)
  }

const aborted = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))

export const network: Record<string, Fault> = {
  'the server hangs': answering(aborted),
  'the connection is cut': answering(() => Promise.reject(new TypeError('Failed to fetch'))),
  'the server is down': answering(async () => new Response('', { status: 503 })),
  'the answer is not JSON': answering(async () => new Response('<p>Welcome to our Wi-Fi')),
  'the answer never ends': answering(
    async (signal) =>
      new Response(
        new ReadableStream({
          start: (stream) => signal?.addEventListener('abort', () => stream.error(signal.reason)),
        }),
      ),
  ),
}

const instead =
  (target: (tab: Window & typeof globalThis) => object, name: string, value: unknown): Fault =>
  (tab) =>
    Object.defineProperty(target(tab), name, { value, configurable: true })

const refuse = (name: string) => () => {
  throw new DOMException('', name)
}

export const storage: Record<string, Fault> = {
  'IndexedDB is missing': instead((tab) => tab, 'indexedDB', undefined),
  'IndexedDB is refused': instead(
    (tab) => tab.IDBFactory.prototype,
    'open',
    refuse('SecurityError'),
  ),
  'IndexedDB never opens': instead(
    (tab) => tab.IDBFactory.prototype,
    'open',
    () => new EventTarget(),
  ),
  'the store cannot be read': instead(
    (tab) => tab.IDBObjectStore.prototype,
    'get',
    refuse('InvalidStateError'),
  ),
  'the store never answers': instead(
    (tab) => tab.IDBObjectStore.prototype,
    'get',
    () => new EventTarget(),
  ),
  'the store is full': instead(
    (tab) => tab.IDBObjectStore.prototype,
    'put',
    refuse('QuotaExceededError'),
  ),
}

export const locks: Record<string, Fault> = {
  'there are no locks': instead((tab) => tab.Navigator.prototype, 'locks', undefined),
  'no lock is granted': instead(
    (tab) => tab.LockManager.prototype,
    'request',
    () => never,
  ),
  'locks are refused': instead(
    (tab) => tab.LockManager.prototype,
    'request',
    () => Promise.reject(new DOMException('', 'SecurityError')),
  ),
}
