import type { TraceEvent, TraceStep } from '../../src/index.js'
import type { Tab } from './fixture.js'

/** Wait for the events of calls: a later task emits them, by a timer that fires before this one. */
export const callsTold = (): Promise<void> => new Promise((done) => setTimeout(done, 60))

declare global {
  interface Window {
    /** The trace events since this page was loaded, by id. */
    traced?: Map<string, TraceEvent>
  }
}

/** Listen to the trace from now on. @returns the last event of each step so far */
export function traced({ page }: Tab): Promise<TraceEvent[]> {
  return page.evaluate(async () => {
    const events = (window.traced ??= new Map<string, TraceEvent>())
    if (events.size === 0) window.auth.trace((event) => void events.set(event.id, event))
    // The tracer is a separate chunk, which is loaded first.
    while (events.size === 0) await new Promise((done) => setTimeout(done, 10))
    // For the events of calls: see `callsTold`.
    await new Promise((done) => setTimeout(done, 60))
    return [...events.values()].toSorted((a, b) => a.at - b.at)
  })
}

/** Wait until the trace has such a step, and the step has ended. */
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
