import { Time, type Being, type Due } from './time.js'

/** What may happen next. */
export type Choice =
  | { readonly kind: 'event'; readonly due: Due; readonly isRush?: boolean }
  | { readonly kind: 'death' | 'freeze' | 'thaw'; readonly tab: Being }

/** An event with a name that is the same in every history in which it happens. */
interface Named extends Due {
  readonly name: number
}

const mix = (a: number, b: number): number => {
  const mixed = Math.imul(a ^ (b + 0x9e3779b9), 0x85ebca6b)
  return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) ^ (mixed >>> 16)
}

function hashOf(text: string): number {
  let hash = 7
  for (let index = 0; index < text.length; index++) hash = mix(hash, text.charCodeAt(index))
  return hash
}

/**
 * Virtual time that stands still as long as events other than timers are left. The caller chooses the
 * next event, so that every order can be tried.
 */
export class Steps extends Time {
  private waiting: Named[] = []
  /** The name of the event that runs. The names of new events, and random numbers, are made from it. */
  private current = 1
  private made = 0
  private count = 0
  private readonly pasts = new Map<Being, number>()
  private to: Being | undefined

  readonly random = (): number => (mix(this.current, ++this.made) >>> 0) / 4_294_967_296

  override after(ms: number, to: Being | undefined, run: () => void, isTimer = false): Due {
    const name = mix(this.current, ++this.made)
    const at = this.now + (isTimer ? ms : 0)
    const due: Named = { at, order: this.count++, to, run, isTimer, name }
    this.waiting.push(due)
    return due
  }

  /** Note that the running tab has read a value. */
  observe(value: unknown): void {
    if (this.to) this.note(this.to, hashOf(JSON.stringify(value) ?? ''))
  }

  /** All that a tab has received so far, as one number. */
  past(tab: Being): number {
    return this.pasts.get(tab) ?? 0
  }

  pending(): (string | number)[] {
    return this.alive()
      .map(({ name, at }) => `${name} ${at}`)
      .toSorted()
  }

  /** @param mayRush whether a timer may fire although another event is waiting */
  choices(mayRush: boolean): Choice[] {
    const free = this.alive().filter(({ to }) => !to?.frozen)
    const events = free.filter(({ isTimer, at }) => !isTimer || at <= this.now)
    // An event that concerns one tab alone goes first: it makes no difference whether events of other tabs come before.
    const local = events.find(({ isLocal }) => isLocal)
    const first = local ? [local] : events
    const choices: Choice[] = first.map((due) => ({ kind: 'event', due }))
    const timers = free.filter(({ isTimer, at }) => isTimer && at > this.now)
    const [next] = timers.toSorted((a, b) => a.at - b.at || a.order - b.order)
    const isRush = events.length > 0
    if (next && (!isRush || mayRush)) choices.push({ kind: 'event', due: next, isRush })
    return choices
  }

  async run(due: Due): Promise<void> {
    const { name } = due as Named
    this.waiting = this.waiting.filter((other) => other !== due)
    this.now = Math.max(this.now, due.at)
    this.current = name
    this.made = 0
    this.to = due.to
    if (due.to) this.note(due.to, name)
    due.run?.()
    // Let all microtasks run.
    await new Promise((resolve) => setImmediate(resolve))
  }

  /** Run work with the events in the order in which they were made, until nothing but timers is left. */
  async settle(work: () => Promise<void>): Promise<void> {
    this.current = mix(this.current, this.made)
    this.made = 0
    const done = work()
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      const next = this.alive().find(({ isTimer }) => !isTimer)
      if (!next) break
      await this.run(next)
    }
    await done
  }

  private alive(): Named[] {
    this.waiting = this.waiting.filter(({ run, to }) => run && !to?.dead)
    return this.waiting
  }

  private note(tab: Being, fact: number): void {
    this.pasts.set(tab, mix(this.past(tab), fact))
  }
}
