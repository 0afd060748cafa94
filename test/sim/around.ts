import { createHash } from 'node:crypto'
import type { Browser, Tab } from './browser.js'
import type { Answer } from './server.js'
import type { Random } from './time.js'
import type { Surroundings } from './vault.js'

/** A response, with the members that the vault reads. */
class Reply {
  readonly status: number
  readonly ok: boolean
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
    return { getReader: () => ({ read: async () => parts.shift() }) }
  }

  async json(): Promise<unknown> {
    return this.said
  }
}

/** A `Blob` whose parts are texts. */
class Pieces {
  private readonly parts: readonly string[]

  constructor(parts: readonly string[]) {
    this.parts = parts
  }

  async text(): Promise<string> {
    return this.parts.join('')
  }
}

/** An abort signal that fires once. */
export interface Signal {
  aborted: boolean
  heard: (() => void) | undefined
}

interface LockRequest {
  mode?: string
  signal?: Signal
}

type SetTimeout = (run: () => void, ms?: number) => unknown

/** The globals that the script of one tab sees. */
export function surroundings(tab: Tab, browser: Browser): Surroundings {
  const { time, random } = browser
  const setTimeout: SetTimeout = (run, ms = 0) => time.after(Math.max(1, ms), tab, run)
  const clearTimeout = (due?: { run: unknown }): void => {
    if (due) due.run = undefined
  }
  const navigator = navigatorOf(tab, browser)
  const crypto = cryptoOf(random)
  return {
    globalThis: { navigator, crypto },
    navigator,
    fetch: fetchOf(tab, browser),
    Response: Reply,
    Blob: Pieces,
    BroadcastChannel: channelOf(tab, browser),
    AbortController,
    AbortSignal: abortSignalOf(setTimeout),
    setTimeout,
    clearTimeout,
    performance: { now: () => time.now - tab.born, timeOrigin: tab.origin },
    Date: { now: () => Math.floor(browser.wall()), parse: Date.parse },
    Math: Object.assign(Object.create(Math) as Math, { random }),
    crypto,
    structuredClone,
  }
}

function navigatorOf(tab: Tab, browser: Browser) {
  return {
    userAgent: 'Mozilla/5.0 (simulated)',
    get onLine() {
      return browser.online
    },
    locks: {
      request(name: string, given: LockRequest | (() => unknown), work?: () => unknown) {
        if (typeof given === 'function') return browser.locks.request(tab, name, given)
        const { mode, signal } = given
        return browser.locks.request(tab, name, work ?? (() => {}), mode === 'shared', signal)
      },
    },
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
  return (url: string, { body, signal }: { body: URLSearchParams; signal: Signal }) =>
    new Promise((resolve, reject) => {
      const { gaveUp } = server.ask(url, body, tab, (answer) => {
        if (signal.aborted) return
        signal.heard = undefined
        if (answer) resolve(new Reply(answer.body, answer))
        else reject(new TypeError('failed'))
      })
      signal.heard = () => {
        gaveUp()
        reject(new Error('aborted'))
      }
    })
}

function channelOf(tab: Tab, browser: Browser) {
  return class BroadcastChannel {
    onmessage: ((event: { data: unknown }) => void) | undefined
    constructor() {
      tab.line = (data) => this.onmessage?.({ data })
    }
    postMessage(data: unknown): void {
      const { tabs, time, random } = browser
      for (const other of tabs)
        if (other !== tab) time.after(random() * 3, other, () => other.line?.(data))
    }
    close(): void {
      tab.line = undefined
    }
  }
}

function abortSignalOf(setTimeout: SetTimeout) {
  return {
    timeout(ms: number): Signal {
      const signal: Signal = { aborted: false, heard: undefined }
      setTimeout(() => {
        signal.aborted = true
        signal.heard?.()
      }, ms)
      return signal
    },
  }
}
