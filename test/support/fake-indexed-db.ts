// IndexedDB in memory, as far as this library uses it, for what no browser does on demand: a database
// that never opens, a commit that takes seconds, a connection that is dead.

type Handler = (() => void) | null | undefined
type Step = 'open' | 'get' | 'commit'

interface Request {
  result: unknown
  error: unknown
  onsuccess?: Handler
  onerror?: Handler
}

/** The browser's databases, and how they behave. */
export class FakeIndexedDb {
  /** What is kept, by the name of the database. */
  readonly kept = new Map<string, Map<string, unknown>>()
  /** How often each thing was done, such as `put`. */
  readonly counts: Record<string, number> = {}
  /** Called with each thing that is done. */
  hear: (what: string) => void = () => {}
  /** What a step waits for; a step that is not here takes no time. */
  readonly held: Partial<Record<Step, Promise<unknown>>> = {}
  /** The next transactions fail when they begin, with an error of this name. */
  readonly dead: string[] = []
  /** The next transactions are aborted by the browser, as on a full disk. */
  aborts = 0

  /** `indexedDB` for the page. */
  readonly factory = {
    databases: async () => [...this.kept.keys()].map((name) => ({ name })),
    open: (name: string): Request => {
      this.count('open')
      const records = this.kept.get(name) ?? new Map<string, unknown>()
      this.kept.set(name, records)
      const request: Request = { result: this.database(records), error: undefined }
      void this.after('open', () => request.onsuccess?.())
      return request
    },
  }

  private count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1
    this.hear(what)
  }

  private async after(step: Step, work: () => void): Promise<void> {
    await this.held[step]
    work()
  }

  private database(records: Map<string, unknown>): object {
    const db: { transaction: unknown; close: unknown; onversionchange?: Handler } = {
      close: () => this.count('close'),
      transaction: () => {
        const name = this.dead.shift()
        if (name) throw Object.assign(new Error('The connection is dead.'), { name })
        return new Transaction(this, db, records)
      },
    }
    return db
  }

  /** @internal of its transactions */
  readonly inside = {
    count: (what: string) => this.count(what),
    after: (step: Step, work: () => void) => void this.after(step, work),
    isAborted: () => this.aborts > 0 && this.aborts-- > 0,
  }
}

class Transaction {
  oncomplete: Handler
  onabort: Handler
  readonly db: object
  private readonly writes: (() => void)[] = []
  private state: 'open' | 'committing' | 'over' = 'open'
  private readonly inside: FakeIndexedDb['inside']
  private readonly records: Map<string, unknown>

  constructor({ inside }: FakeIndexedDb, db: object, records: Map<string, unknown>) {
    this.inside = inside
    this.db = db
    this.records = records
  }

  abort(): void {
    this.inside.count('abort')
    if (this.state !== 'open') throw new Error('InvalidStateError')
    this.state = 'over'
    queueMicrotask(() => this.onabort?.())
  }

  objectStore(): object {
    const { inside, records, writes } = this
    return {
      transaction: this,
      get: (key: string): Request => {
        const request: Request = { result: undefined, error: undefined }
        inside.after('get', () => {
          if (this.state !== 'open') return
          request.result = structuredClone(records.get(key))
          request.onsuccess?.()
          this.commit()
        })
        return request
      },
      put: (value: unknown, key: string) => {
        inside.count('put')
        writes.push(() => records.set(key, structuredClone(value)))
      },
      delete: (key: string) => {
        inside.count('delete')
        writes.push(() => records.delete(key))
      },
    }
  }

  private commit(): void {
    if (this.inside.isAborted()) return this.abort()
    this.state = 'committing'
    this.inside.after('commit', () => {
      this.state = 'over'
      for (const write of this.writes) write()
      this.oncomplete?.()
    })
  }
}
