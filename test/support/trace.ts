import type { TraceEvent, TraceStep } from '../../src/index.js'
import type { Tab } from './fixture.js'

/** Calls are told of in a later task. Timers end in the order of their times: this one after that of the trace. */
export const callsTold = (): Promise<void> => new Promise((done) => setTimeout(done, 60))

declare global {
  interface Window {
    /** What was traced since this page was loaded, by id. */
    traced?: Map<string, TraceEvent>
  }
}

/** Listen to the trace from now on; what is known of it, each step as it was told last. */
export function traced({ page }: Tab): Promise<TraceEvent[]> {
  return page.evaluate(async () => {
    const events = (window.traced ??= new Map<string, TraceEvent>())
    if (events.size === 0) window.auth.trace((event) => void events.set(event.id, event))
    // The recorder is a chunk of its own.
    while (events.size === 0) await new Promise((done) => setTimeout(done, 10))
    // As `callsTold`.
    await new Promise((done) => setTimeout(done, 60))
    return [...events.values()].toSorted((a, b) => a.at - b.at)
  })
}

/** Wait until a step was told of, and ended. */
export async function untilTraced(tab: Tab, step: TraceStep): Promise<TraceEvent[]> {
  await traced(tab)
  await tab.page.waitForFunction(
    (wanted) =>
      [...(window.traced?.values() ?? [])].some(
        ({ step, outcome }) => step === wanted && outcome !== 'pending',
      ),
    step,
  )
  return traced(tab)
}

/** The steps in words, without those that only say what is stored and shown. */
export const steps = (events: readonly TraceEvent[]): string[] =>
  events
    .filter(({ step }) => !/^(state|store)$/.test(step))
    .map(({ step, from, to, outcome, error }) =>
      [`${step}: ${from} → ${to}`, outcome === 'ok' ? '' : outcome, error ?? ''].join(' ').trim(),
    )
