import type { Being, Random, Time } from './time.js'

/** How Web Locks work in a browser; all but the first are faults of browsers, extensions or policies. */
export type LockWay = 'works' | 'absent' | 'refused' | 'never' | 'orphaned' | 'stolen'

interface Lock {
  readonly tab: Being
  readonly shared: boolean
  readonly grant: () => void
}

/** The Web Locks of all tabs. A closed tab loses its locks; a frozen one keeps them. */
export class Locks {
  way: LockWay = 'works'
  private readonly lines = new Map<string, { held: Lock[]; queue: Lock[] }>()
  private readonly time: Time
  private readonly random: Random

  constructor(time: Time, random: Random) {
    this.time = time
    this.random = random
  }

  request(
    tab: Being,
    name: string,
    work: () => unknown,
    shared = false,
    signal?: AbortSignal,
  ): Promise<unknown> {
    if (this.way === 'refused') return Promise.reject(new Error('SecurityError'))
    if (this.way === 'never' && !signal) return new Promise(() => {})
    const line = this.lines.get(name) ?? { held: [], queue: [] }
    this.lines.set(name, line)
    return new Promise((resolve, reject) => {
      const release = (): void => {
        line.held = line.held.filter((other) => other !== lock)
        this.next(name)
      }
      const grant = (): void => {
        signal?.removeEventListener('abort', giveUp)
        if (this.way === 'stolen' && this.random() < 0.2)
          this.time.after(this.random() * 300, tab, () => {
            tab.robbed = this.time.now
            release()
            reject(new Error('AbortError'))
          })
        const run = async (): Promise<unknown> => work()
        this.time.after(0.05, tab, () =>
          run().then(
            (value) => (release(), resolve(value)),
            (error: unknown) => (release(), reject(error as Error)),
          ),
        )
      }
      const lock: Lock = { tab, shared, grant }
      const giveUp = (): void => {
        line.queue = line.queue.filter((other) => other !== lock)
        reject(new Error('AbortError'))
        this.next(name)
      }
      signal?.addEventListener('abort', giveUp)
      if (this.way === 'never') return
      line.queue.push(lock)
      this.next(name)
    })
  }

  release(tab: Being): void {
    for (const [name, line] of this.lines) {
      if (this.way !== 'orphaned' || this.random() < 0.5)
        line.held = line.held.filter((lock) => lock.tab !== tab)
      line.queue = line.queue.filter((lock) => lock.tab !== tab)
      this.next(name)
    }
  }

  /** The tabs that hold each lock and those that wait for it, as text. */
  names(): string {
    const of = (locks: Lock[]): string =>
      locks.map(({ tab, shared }) => `${tab.name}${shared}`).join()
    return [...this.lines]
      .map(([name, { held, queue }]) => `${name} ${of(held)} ${of(queue)}`)
      .join()
  }

  private next(name: string): void {
    const line = this.lines.get(name)
    if (!line) return
    for (let lock = line.queue[0]; lock; lock = line.queue[0]) {
      const blocked = lock.shared ? line.held.some(({ shared }) => !shared) : line.held.length > 0
      if (blocked) break
      line.queue.shift()
      line.held.push(lock)
      lock.grant()
    }
    if (line.held.length === 0 && line.queue.length === 0) this.lines.delete(name)
  }
}
