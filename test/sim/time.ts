/** Numbers between 0 and 1, the same ones for the same seed (mulberry32). */
export type Random = () => number

export function seeded(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A receiver of events, such as a tab. A dead one receives none; a frozen one receives them when it thaws. */
export interface Being {
  readonly name?: string
  /** When its Web Lock was stolen. */
  robbed?: number
  dead: boolean
  /** The events that wait until it thaws. */
  frozen: Due[] | undefined
  /** Until this time new replies are held back, so that none overtakes a reply that waited while it was frozen. */
  lagging?: number
}

/** An event: what happens, and when. */
export interface Due {
  readonly at: number
  readonly order: number
  readonly to: Being | undefined
  run: (() => void) | undefined
  /** Whether it is a timer of the tab's own. */
  readonly isTimer: boolean
  /** Whether it concerns its tab alone: nothing that other tabs do before it can change its effect. */
  isLocal?: boolean
}

const sooner = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/** Virtual time, in milliseconds: it jumps from one event to the next. */
export class Time {
  now = 0
  /** A hash of all events so far: two runs of one seed end with the same number. */
  trace = 0
  events = 0
  private order = 0
  private readonly heap: Due[] = []

  after(ms: number, to: Being | undefined, run: () => void, isTimer = false): Due {
    const due: Due = { at: this.now + ms, order: this.order++, to, run, isTimer }
    this.push(due)
    return due
  }

  freeze(being: Being): void {
    being.frozen ??= []
  }

  /**
   * Let a tab run again, and receive the events that waited.
   *
   * @param lag milliseconds by which replies come after the timers that are due; without it all come
   *   in the order of their times
   */
  thaw(being: Being, lag?: number): void {
    const waiting = being.frozen ?? []
    being.frozen = undefined
    const overtakes = lag !== undefined
    being.lagging = this.now + (lag ?? 0)
    const order = (a: Due, b: Due): number => {
      if (overtakes && a.isTimer !== b.isTimer) return a.isTimer ? -1 : 1
      return sooner(a, b) ? -1 : 1
    }
    for (const due of waiting.toSorted(order)) {
      if (!due.run) continue
      const ms = overtakes && !due.isTimer ? lag : 0
      // Read `due.run` when it is due: an event before it may clear this timer.
      this.after(ms, being, () => due.run?.(), due.isTimer)
    }
  }

  /** Run events until `until` says so, or until none is left. */
  async pass(until: () => boolean): Promise<void> {
    // Node runs all microtasks after each callback, so promises settle before the next event.
    for (let more = true; more;) {
      let left = 200
      more = await new Promise<boolean>((resolve, reject) => {
        const step = (): void => {
          try {
            const goesOn = left >= 0 && !until() && this.next()
            if (!goesOn || left-- === 0) resolve(goesOn)
          } catch (error) {
            reject(error as Error)
          }
        }
        for (let steps = 0; steps <= 200; steps++) setImmediate(step)
      })
    }
  }

  private next(): boolean {
    for (;;) {
      const due = this.pop()
      if (!due) return false
      const { to, run, at } = due
      if (!run || to?.dead) continue
      if (to?.frozen) {
        to.frozen.push(due)
        continue
      }
      if (to?.lagging && to.lagging > at && !due.isTimer) {
        this.after(to.lagging - this.now, to, run)
        continue
      }
      this.now = Math.max(this.now, at)
      this.trace = (Math.imul(this.trace ^ due.order, 16_777_619) + at * 1000) | 0
      this.events++
      run()
      return true
    }
  }

  private push(due: Due): void {
    const { heap } = this
    let child = heap.length
    heap.push(due)
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (!sooner(due, heap[parent] as Due)) break
      heap[child] = heap[parent] as Due
      child = parent
    }
    heap[child] = due
  }

  private pop(): Due | undefined {
    const { heap } = this
    const top = heap[0]
    const last = heap.pop()
    if (!last || heap.length === 0) return top
    let parent = 0
    for (;;) {
      let child = 2 * parent + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && sooner(heap[child + 1] as Due, heap[child] as Due)) child++
      if (!sooner(heap[child] as Due, last)) break
      heap[parent] = heap[child] as Due
      parent = child
    }
    heap[parent] = last
    return top
  }
}
