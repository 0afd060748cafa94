// How long a page waits is told by its own timers, so that it holds on a slow machine, too.

/** The timers of a page that stand still. */
export interface HeldTimers {
  /** Milliseconds that have gone by since they were held. */
  now(): number
  /** In how many milliseconds each of them is due. */
  due(): number[]
  /** Let so many milliseconds go by: what is due by then fires, in order. */
  pass(ms: number): Promise<void>
}

declare global {
  interface Window {
    timers: HeldTimers
  }
}

export interface Holding {
  readonly realm?: Window & typeof globalThis
  /** Whether its clocks stand still as well; else they go on, and `pass` sets them forward. */
  readonly clocks?: boolean
}

/**
 * Hold the timers of a realm until `timers.pass` moves them. What is due within 50 ms still fires by
 * itself. It uses nothing outside itself, for it is sent to pages as text.
 */
export function hold({ realm = window, clocks = false }: Holding = {}): void {
  const { setTimeout, clearTimeout, AbortController, DOMException } = realm
  const wall = realm.Date.now.bind(realm.Date)
  const steady = realm.performance.now.bind(realm.performance)
  const [wallThen, steadyThen] = [wall(), steady()]
  const held = new Map<number, { readonly at: number; readonly run: () => void }>()
  let passed = 0
  const later = (run: () => void, ms = 0): number => {
    const at = passed + ms
    const fire = (): void => {
      passed = Math.max(passed, at)
      run()
    }
    if (ms < 50) return setTimeout(fire, ms)
    // A real timer that never comes has a number of its own.
    const id = setTimeout(() => {}, 2 ** 31 - 1)
    held.set(id, { at, run: fire })
    return id
  }
  const inOrder = () => [...held].toSorted(([, a], [, b]) => a.at - b.at)
  Object.assign(realm, {
    setTimeout: later,
    clearTimeout(id: number) {
      held.delete(id)
      clearTimeout(id)
    },
    timers: {
      now: () => passed,
      due: () => inOrder().map(([, { at }]) => at - passed),
      async pass(ms) {
        const end = passed + ms
        for (let [next] = inOrder(); next && next[1].at <= end; [next] = inOrder()) {
          realm.clearTimeout(next[0])
          next[1].run()
          // What it leads to may set a timer of its own.
          await new Promise((resolve) => setTimeout(resolve))
        }
        passed = Math.max(passed, end)
      },
    } satisfies HeldTimers,
  })
  realm.Date.now = () => (clocks ? wallThen : wall()) + passed
  realm.performance.now = () => (clocks ? steadyThen : steady()) + passed
  realm.AbortSignal.timeout = (ms) => {
    const controller = new AbortController()
    later(() => controller.abort(new DOMException('It took too long.', 'TimeoutError')), ms)
    return controller.signal
  }
}

/** Two minutes are what a store (2 s) and a hidden frame (5 s) have in this page. It uses nothing outside itself, too. */
export function stretch(): void {
  const { setTimeout } = window
  const patient = (work: () => void, ms?: number): number =>
    // A wait has four parts.
    setTimeout(work, ms === 500 || ms === 1250 ? 30_000 : ms)
  window.setTimeout = patient as typeof window.setTimeout
}
