import type { SessionRecord } from '../../src/vault/record.js'
import type { Being, Random, Time } from './time.js'

/** Copy a value as structured cloning does. */
export function copy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copy) as T
  const twin: Record<string, unknown> = {}
  for (const name in value) twin[name] = copy(value[name])
  return twin as T
}

type Handler = ((event?: unknown) => void) | null | undefined

/** A request to the database; its handlers are set by the script. */
class Request {
  result: unknown
  readonly error = new Error('UnknownError')
  onsuccess: Handler
  onerror: Handler
  onupgradeneeded: Handler
}

/**
 * A transaction. If it may write, it runs alone. It is committed when the last answer has led to no more
 * requests, so a tab that dies or is busy before that has written nothing.
 */
class Transaction {
  readonly db: object
  readonly tab: Being
  readonly mayWrite: boolean
  readonly error = new Error('UnknownError')
  oncomplete: Handler
  onabort: Handler
  onerror: Handler
  state: 'waiting' | 'open' | 'finishing' | 'done' = 'waiting'
  readonly writes = new Map<string, unknown>()
  readonly asks: (() => void)[] = []
  private readonly disk: Disk
  private pending = 0

  constructor(disk: Disk, tab: Being, db: object, mode: string) {
    this.disk = disk
    this.tab = tab
    this.db = db
    this.mayWrite = mode === 'readwrite'
  }

  objectStore(): object {
    const { disk, writes } = this
    const has = (key: string): unknown =>
      writes.has(key) ? writes.get(key) : disk.records.get(key)
    return {
      transaction: this,
      get: (key: string) => this.ask(() => copy(has(key))),
      put: (value: unknown, key: string) => {
        const kept = copy(value)
        return this.ask(() => void writes.set(key, kept))
      },
      delete: (key: string) => this.ask(() => void writes.set(key, undefined)),
    }
  }

  abort(): void {
    if (this.state === 'finishing' || this.state === 'done') throw new Error('InvalidStateError')
    this.disk.trouble = this.disk.time.now
    this.fail()
  }

  commit(): void {}

  fail(): void {
    this.disk.end(this)
    this.disk.time.after(0, this.tab, () => this.onabort?.({ target: this }))
  }

  private ask(work: () => unknown): Request {
    if (this.state === 'finishing' || this.state === 'done')
      throw new Error('TransactionInactiveError')
    const { disk, tab } = this
    const request = new Request()
    this.pending++
    const run = (): void => {
      const due = disk.time.after(disk.replyIn(), tab, () => {
        if (this.state === 'done') return
        if (disk.way === 'throws') return this.fail()
        request.result = work()
        disk.observe(request.result)
        try {
          request.onsuccess?.({ target: request })
        } catch {
          return this.fail()
        }
        if (--this.pending === 0) disk.commit(this)
      })
      due.isLocal = this.mayWrite
    }
    if (this.state === 'open') run()
    else this.asks.push(run)
    return request
  }
}

/** The IndexedDB of one origin. */
export class Disk {
  readonly records = new Map<string, unknown>()
  /** How it answers. */
  way: 'works' | 'throws' | 'late' = 'works'
  /** Milliseconds until a tab knows of its commit, at most. */
  commitMs = 1
  /** When a call last failed or took too long. */
  trouble = -Infinity
  /** Whether that call failed, instead of being slow. */
  isBroken = false
  /** The tab that wrote last. */
  writer: Being | undefined
  /** Called with every change of a session's record, when it is committed. */
  written: (before: SessionRecord | undefined, after: SessionRecord | undefined) => void = () => {}
  /** Called at the commit of a transaction; it may crash or freeze the tab. */
  befall: (tab: Being) => void = () => {}
  /** Called with every value that a tab reads. */
  observe: (value: unknown) => void = () => {}
  readonly time: Time
  private readonly random: Random
  private line: Transaction[] = []

  constructor(time: Time, random: Random) {
    this.time = time
    this.random = random
  }

  /** `indexedDB`, as one tab sees it. */
  factory(tab: Being): object {
    const db = {
      createObjectStore: () => ({}),
      close: () => {},
      objectStoreNames: { contains: () => true },
      transaction: (_: unknown, mode: string) => this.begin(new Transaction(this, tab, db, mode)),
    }
    return {
      open: () => {
        const request = new Request()
        request.result = db
        this.time.after(0.1 + this.random() * 0.5, tab, () =>
          request.onsuccess?.({ target: request }),
        )
        return request
      },
      deleteDatabase: () => new Request(),
    }
  }

  replyIn(): number {
    if (this.way !== 'works') {
      this.trouble = this.time.now
      this.isBroken = this.way === 'throws'
    }
    return (this.way === 'late' ? 2500 : 0) + 0.1 + this.random()
  }

  /** Whether a tab has begun to read or write, and keeps the others waiting. */
  isHeldBy(tab: Being): boolean {
    return this.line.some((one) => one.tab === tab && one.state !== 'finishing')
  }

  /** A tab is gone. Its transactions that were not being committed yet write nothing. */
  leave(tab: Being): void {
    for (const one of this.line) if (one.tab === tab && one.state !== 'finishing') this.end(one)
  }

  commit(one: Transaction): void {
    if (!one.mayWrite) {
      this.end(one)
      return void this.time.after(0, one.tab, () => one.oncomplete?.({ target: one }))
    }
    one.state = 'finishing'
    this.befall(one.tab)
    // A transaction without a write does not wait for the disk.
    const ms = one.writes.size > 0 ? this.commitMs : 1
    this.time.after(0.1 + this.random() * ms, undefined, () => {
      if (one.writes.size > 0) this.writer = one.tab
      for (const [key, value] of one.writes) this.write(key, value)
      this.end(one)
      this.time.after(0, one.tab, () => one.oncomplete?.({ target: one }))
    })
  }

  end(one: Transaction): void {
    one.state = 'done'
    this.line = this.line.filter((other) => other !== one)
    this.start()
  }

  private begin(one: Transaction): Transaction {
    this.line.push(one)
    this.start()
    return one
  }

  private write(key: string, value: unknown): void {
    const before = this.records.get(key) as SessionRecord | undefined
    if (key.startsWith('pixy-auth:session:')) this.written(before, value as SessionRecord)
    if (value === undefined) this.records.delete(key)
    else this.records.set(key, value)
  }

  private start(): void {
    for (const [index, one] of this.line.entries()) {
      if (one.mayWrite && index > 0) return
      if (one.state === 'waiting') {
        one.state = 'open'
        for (const ask of one.asks.splice(0)) ask()
      }
      if (one.mayWrite) return
    }
  }
}
