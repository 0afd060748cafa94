import type { Store } from '../../src/options.js'
import type { Vault } from '../../src/door.js'
import type { SessionRecord } from '../../src/vault/record.js'
import { surroundings, type Signal } from './around.js'
import type { Server } from './server.js'
import type { Being, Random, Time } from './time.js'
import type { Load } from './vault.js'

/** One page of the app. */
export interface Tab extends Being {
  readonly name: string
  /** The simulated time when it was opened. */
  readonly born: number
  /** The time of the wall clock when the tab was opened. */
  readonly origin: number
  readonly vault: Vault
  /** Receives the messages of the other tabs. */
  line?: ((data: unknown) => void) | undefined
  /** When it was last unfrozen. */
  thawed: number
  /** When it hears what the store has said so far. */
  heard: number
  /** The status that the page shows. */
  shows?: 'signed-in' | 'signed-out'
}

interface Lock {
  readonly tab: Tab
  readonly shared: boolean
  readonly grant: () => void
}

/** Copy a record as structured cloning does. */
export function copy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copy) as T
  const twin: Record<string, unknown> = {}
  for (const name in value) twin[name] = copy(value[name])
  return twin as T
}

/** The Web Locks of all tabs. A closed tab loses its locks; a frozen one keeps them. */
export class Locks {
  private readonly names = new Map<string, { held: Lock[]; queue: Lock[] }>()
  private readonly time: Time

  constructor(time: Time) {
    this.time = time
  }

  request(
    tab: Tab,
    name: string,
    work: () => unknown,
    shared = false,
    signal?: Signal,
  ): Promise<unknown> {
    const line = this.names.get(name) ?? { held: [], queue: [] }
    this.names.set(name, line)
    return new Promise((resolve, reject) => {
      const grant = (): void => {
        if (signal) signal.heard = undefined
        const release = (): void => {
          line.held = line.held.filter((other) => other !== lock)
          this.next(name)
        }
        const run = async (): Promise<unknown> => work()
        this.time.after(0.05, tab, () =>
          run().then(
            (value) => (release(), resolve(value)),
            (error: unknown) => (release(), reject(error as Error)),
          ),
        )
      }
      const lock: Lock = { tab, shared, grant }
      if (signal)
        signal.heard = () => {
          line.queue = line.queue.filter((other) => other !== lock)
          reject(new Error('aborted'))
          this.next(name)
        }
      line.queue.push(lock)
      this.next(name)
    })
  }

  release(tab: Tab): void {
    for (const [name, line] of this.names) {
      line.held = line.held.filter((lock) => lock.tab !== tab)
      line.queue = line.queue.filter((lock) => lock.tab !== tab)
      this.next(name)
    }
  }

  private next(name: string): void {
    const line = this.names.get(name)
    if (!line) return
    for (let lock = line.queue[0]; lock; lock = line.queue[0]) {
      const blocked = lock.shared ? line.held.some(({ shared }) => !shared) : line.held.length > 0
      if (blocked) break
      line.queue.shift()
      line.held.push(lock)
      lock.grant()
    }
    if (line.held.length === 0 && line.queue.length === 0) this.names.delete(name)
  }
}

/** The browser: its tabs, what the origin has stored, and the state of the device. */
export class Browser {
  readonly time: Time
  readonly random: Random
  readonly server: Server
  readonly locks: Locks
  readonly records = new Map<string, unknown>()
  tabs: Tab[] = []
  online = true
  /** Milliseconds by which the wall clock is off. */
  skew = 0
  /** How the store answers the next call. */
  store: 'works' | 'throws' | 'late' = 'works'
  /** How often the store has written, and says so only later, up to its deadline. */
  slow = 0.05
  /** Called with every change of a record before it is stored. */
  written: (before: SessionRecord | undefined, after: SessionRecord | undefined) => void = () => {}
  /** Called in the middle of each call of the store: may crash or freeze the tab. */
  befall: (tab: Tab) => void = () => {}
  private readonly load: Load
  private count = 0

  constructor(time: Time, random: Random, server: Server, load: Load) {
    this.time = time
    this.random = random
    this.server = server
    this.load = load
    this.locks = new Locks(time)
  }

  wall(): number {
    return 1_800_000_000_000 + this.time.now + this.skew
  }

  /** The stored record of the session. */
  record(): SessionRecord | undefined {
    for (const [key, record] of this.records)
      if (key.startsWith('pixy-auth:session:')) return record as SessionRecord
    return undefined
  }

  open(): Tab {
    const [born, name] = [this.time.now, `t${++this.count}`]
    const origin = this.wall()
    const being = {
      dead: false,
      frozen: undefined,
      born,
      origin,
      name,
      thawed: -Infinity,
      heard: 0,
    }
    const tab = being as Partial<Tab> & typeof being
    const { createVault, resolveConfig } = this.load(surroundings(tab as Tab, this))
    const config = resolveConfig(
      {
        server: {
          authorization_endpoint: 'https://id.example/authorize',
          token_endpoint: 'https://id.example/token',
          revocation_endpoint: 'https://id.example/revoke',
        },
        clientId: 'app',
        redirectUri: 'https://app.example/callback',
        resources: ['https://api.example/'],
        store: this.shared(tab as Tab),
      },
      'https://app.example/',
    )
    const own = new Map<string, unknown>()
    const vault = createVault(config, direct(own), (fact) => {
      if (fact.type === 'state') tab.shows = fact.snapshot.status
    })
    const opened = Object.assign(tab, { vault }) as Tab
    this.tabs.push(opened)
    return opened
  }

  kill(tab: Tab): void {
    tab.dead = true
    this.tabs = this.tabs.filter((other) => other !== tab)
    this.time.after(this.random() * 10, undefined, () => this.locks.release(tab))
  }

  /** The store that all tabs share, as this tab accesses it. */
  private shared(tab: Tab): Store {
    const { time, records, random } = this
    const call = <T>(work: () => T): Promise<T> =>
      new Promise((resolve, reject) => {
        const late = this.store === 'late' ? 2500 : 0
        if (this.store === 'throws') return reject(new Error('full'))
        time.after(late + 0.2 + random() * 2, tab, () => {
          try {
            const value = work()
            this.befall(tab)
            // A tab that was frozen just now has written, and learns of it when it is unfrozen.
            // So does a tab whose store takes its time to commit; what it says later comes later.
            const commit = random() < this.slow ? random() * 1990 : 0
            tab.heard = Math.max(tab.heard, time.now + commit)
            if (tab.frozen || tab.heard > time.now)
              time.after(tab.heard - time.now, tab, () => resolve(value))
            else if (!tab.dead) resolve(value)
          } catch (error) {
            reject(error as Error)
          }
        })
      })
    return {
      get: (key) => call(() => copy(records.get(key))),
      update: (key, fn) =>
        call(() => {
          const before = records.get(key)
          const after = fn(copy(before))
          this.written(before as SessionRecord, after as SessionRecord)
          if (after === undefined) records.delete(key)
          else records.set(key, copy(after))
          return [before, after]
        }),
    }
  }
}

/** A store of one tab alone. */
function direct(records: Map<string, unknown>): Store {
  return {
    get: async (key) => records.get(key),
    async update(key, fn) {
      const before = records.get(key)
      const after = fn(copy(before))
      records.set(key, after)
      return [before, after]
    },
  }
}
