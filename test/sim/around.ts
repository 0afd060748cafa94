import { createHash } from 'node:crypto'
import type { Browser, Tab } from './browser.js'
import { windowOf } from './page.js'
import type { Answer } from './server.js'
import type { Random } from './time.js'
import type { Surroundings } from './vault.js'

/** A response, with the members that the vault reads. */
class Reply {
  readonly status: number
  readonly ok: boolean
  readonly type = 'basic'
  readonly bodyUsed = false
  readonly headers: { get(name: string): string | null }
  private readonly said: unknown

  constructor(body: unknown, { status = 200, retryAfter, type = 'application/json' }: Answer = {}) {
    this.said = body
    this.status = status
    this.ok = status >= 200 && status < 300
    const headers: Record<string, string | undefined> = {
      'content-type': type,
      'retry-after': retryAfter,
    }
    this.headers = { get: (name) => headers[name.toLowerCase()] ?? null }
  }

  static json(body: unknown): Reply {
    return new Reply(body)
  }

  get [Symbol.toStringTag](): string {
    return 'Response'
  }

  clone(): Reply {
    return this
  }

  /** A stream of one chunk, which is a text instead of bytes. */
  get body(): unknown {
    const text = typeof this.said === 'string' ? this.said : JSON.stringify(this.said)
    const parts = [{ value: text }, {}]
    return { getReader: () => ({ read: async () => parts.shift() }), cancel: async () => {} }
  }

  async json(): Promise<unknown> {
    return this.said
  }
}

/** A `TextDecoder` that leaves a text as it is. */
class Decoder {
  private readonly real = new TextDecoder()

  decode(given: string | BufferSource = ''): string {
    return typeof given === 'string' ? given : this.real.decode(given)
  }
}

interface LockRequest {
  mode?: string
  signal?: AbortSignal
}

interface Sent {
  body?: URLSearchParams
  headers?: Headers | Record<string, string>
  signal?: AbortSignal
  keepalive?: boolean
}

type SetTimeout = (run: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) => unknown

/** The globals that the script of one tab sees. */
export function surroundings(tab: Tab, browser: Browser): Surroundings {
  const { time, random } = browser
  const setTimeout: SetTimeout = (run, ms = 0, ...given) =>
    time.after(Math.max(1, ms), tab, () => run(...given), true)
  const clearTimeout = (due?: { run: unknown }): void => {
    if (due) due.run = undefined
  }
  const around: Record<string, unknown> = {
    ...windowOf(tab, browser),
    navigator: navigatorOf(tab, browser),
    indexedDB: browser.disk.factory(tab),
    fetch: fetchOf(tab, browser),
    Request,
    Response: Reply,
    Headers,
    TextDecoder: Decoder,
    ReadableStream,
    BroadcastChannel: browser.hasChannel ? channelOf(tab, browser) : undefined,
    AbortController,
    AbortSignal: abortSignalOf(setTimeout),
    setTimeout,
    clearTimeout,
    performance: { now: () => time.now - tab.born, timeOrigin: tab.origin },
    Date: { now: () => Math.floor(browser.wall()), parse: Date.parse },
    Math: Object.assign(Object.create(Math) as Math, { random }),
    crypto: cryptoOf(random),
    structuredClone,
  }
  for (const name of ['globalThis', 'window', 'self', 'parent', 'top']) around[name] = around
  return around
}

function navigatorOf(tab: Tab, browser: Browser) {
  const locks = {
    request(name: string, given: LockRequest | (() => unknown), work?: () => unknown) {
      if (typeof given === 'function') return browser.locks.request(tab, name, given)
      const { mode, signal } = given
      return browser.locks.request(tab, name, work ?? (() => {}), mode === 'shared', signal)
    },
  }
  return {
    userAgent: 'Mozilla/5.0 (simulated)',
    get onLine() {
      return browser.online
    },
    locks: browser.locks.way === 'absent' ? undefined : locks,
  }
}

function cryptoOf(random: Random) {
  const hex = (): string => ((random() * 4_294_967_296) >>> 0).toString(16).padStart(8, '0')
  return {
    randomUUID: () => hex() + hex() + hex() + hex(),
    getRandomValues: (bytes: Uint8Array) => bytes.map(() => random() * 256),
    subtle: {
      digest: async (_: string, bytes: Uint8Array) => {
        const { buffer, byteOffset } = createHash('sha256').update(bytes).digest()
        return buffer.slice(byteOffset, byteOffset + 32)
      },
    },
  }
}

function fetchOf(tab: Tab, { server }: Browser) {
  return (to: string | Request, init: Sent = {}) =>
    new Promise((resolve, reject) => {
      const signal = init.signal
      if (signal?.aborted) return reject(signal.reason as Error)
      const answered = (answer: Answer | undefined): void => {
        if (signal?.aborted) return
        if (answer) resolve(new Reply(answer.body, answer))
        else reject(new TypeError('failed'))
      }
      const url = typeof to === 'string' ? to : to.url
      const token = new Headers(init.headers).get('authorization')?.slice(7)
      const { gaveUp } = init.body
        ? server.ask(url, init.body, tab, answered, init.keepalive)
        : server.call(url, token, tab, answered)
      signal?.addEventListener('abort', () => {
        gaveUp()
        reject(signal.reason as Error)
      })
    })
}

function channelOf(tab: Tab, browser: Browser) {
  return class BroadcastChannel {
    onmessage: ((event: { data: unknown }) => void) | undefined
    readonly name: string
    constructor(name: string) {
      this.name = name
      tab.lines.set(name, (data) => this.onmessage?.({ data }))
    }
    postMessage(data: unknown): void {
      const { tabs, time, random, isSilent } = browser
      if (isSilent) return
      for (const other of tabs)
        if (other !== tab) time.after(random() * 3, other, () => other.lines.get(this.name)?.(data))
    }
    close(): void {
      tab.lines.delete(this.name)
    }
  }
}

function abortSignalOf(setTimeout: SetTimeout) {
  return {
    // Not Node's own `any`: it would keep every signal that has a listener, and with it a whole simulated world.
    any(signals: AbortSignal[]): AbortSignal {
      const controller = new AbortController()
      for (const signal of signals)
        if (signal.aborted) controller.abort(signal.reason)
        else signal.addEventListener('abort', () => controller.abort(signal.reason))
      return controller.signal
    },
    timeout(ms: number): AbortSignal {
      const controller = new AbortController()
      setTimeout(() => controller.abort(new Error('TimeoutError')), ms)
      return controller.signal
    },
  }
}
