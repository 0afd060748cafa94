import { createHash } from 'node:crypto'
import type { Browser, Tab } from './browser.js'
import type { Answer } from './server.js'
import type { Surroundings } from './vault.js'

/** What the vault reads of an answer. */
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

  /** It comes in one piece, a text for bytes. */
  get body(): unknown {
    const text = typeof this.said === 'string' ? this.said : JSON.stringify(this.said)
    const parts = [{ value: text }, {}]
    return { getReader: () => ({ read: async () => parts.shift() }) }
  }

  async json(): Promise<unknown> {
    return this.said
  }
}

class Pieces {
  private readonly parts: readonly string[]

  constructor(parts: readonly string[]) {
    this.parts = parts
  }

  async text(): Promise<string> {
    return this.parts.join('')
  }
}

/** Fires once, when it is over. */
export interface Signal {
  aborted: boolean
  heard: (() => void) | undefined
}

interface Wish {
  mode?: string
  signal?: Signal
}

/** The world as the script of one tab sees it. */
export function surroundings(tab: Tab, browser: Browser): Surroundings {
  const { time, random } = browser
  const math = Object.assign(Object.create(Math) as Math, { random })
  const hex = (): string => ((random() * 4_294_967_296) >>> 0).toString(16).padStart(8, '0')
  const setTimeout = (run: () => void, ms = 0): unknown => time.after(Math.max(1, ms), tab, run)
  const clearTimeout = (due?: { run: unknown }): void => {
    if (due) due.run = undefined
  }
  const crypto = {
    randomUUID: () => hex() + hex() + hex() + hex(),
    getRandomValues: (bytes: Uint8Array) => bytes.map(() => random() * 256),
    subtle: {
      digest: async (_: string, bytes: Uint8Array) => {
        const { buffer, byteOffset } = createHash('sha256').update(bytes).digest()
        return buffer.slice(byteOffset, byteOffset + 32)
      },
    },
  }
  const AbortSignal = {
    timeout(ms: number): Signal {
      const signal: Signal = { aborted: false, heard: undefined }
      setTimeout(() => {
        signal.aborted = true
        signal.heard?.()
      }, ms)
      return signal
    },
  }

  class BroadcastChannel {
    onmessage: ((event: { data: unknown }) => void) | undefined
    constructor() {
      tab.line = (data) => this.onmessage?.({ data })
    }
    postMessage(data: unknown): void {
      for (const other of browser.tabs)
        if (other !== tab) time.after(random() * 3, other, () => other.line?.(data))
    }
    close(): void {
      tab.line = undefined
    }
  }

  const navigator = {
    userAgent: 'Mozilla/5.0 (simulated)',
    get onLine() {
      return browser.online
    },
    locks: {
      request(name: string, given: Wish | (() => unknown), work?: () => unknown) {
        if (typeof given === 'function') return browser.locks.request(tab, name, given)
        const { mode, signal } = given
        return browser.locks.request(tab, name, work ?? (() => {}), mode === 'shared', signal)
      },
    },
  }

  return {
    globalThis: { navigator, crypto },
    navigator,
    fetch: (url: string, { body, signal }: { body: URLSearchParams; signal: Signal }) =>
      new Promise((resolve, reject) => {
        const { gaveUp } = browser.server.ask(url, body, tab, (answer) => {
          if (signal.aborted) return
          signal.heard = undefined
          if (answer) resolve(new Reply(answer.body, answer))
          else reject(new TypeError('failed'))
        })
        signal.heard = () => {
          gaveUp()
          reject(new Error('aborted'))
        }
      }),
    Response: Reply,
    Blob: Pieces,
    BroadcastChannel,
    AbortController,
    AbortSignal,
    setTimeout,
    clearTimeout,
    performance: { now: () => time.now - tab.born, timeOrigin: tab.origin },
    Date: { now: () => Math.floor(browser.wall()), parse: Date.parse },
    Math: math,
    crypto,
    structuredClone,
  }
}
