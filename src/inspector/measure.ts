import type { Auth, TraceEvent } from '../index.js'
import { factsOf, labelOf } from './report.js'

/**
 * Show the steps in the Performance panel of the browser's developer tools, as tracks of their own: one for
 * each side that is asked.
 *
 * @returns what ends it
 * @see https://developer.chrome.com/docs/devtools/performance/extension
 */
export function measure(auth: Auth): () => void {
  const measured = new Set<string>()
  return auth.trace((event) => {
    const start = event.at - performance.timeOrigin
    // What happened before this page was loaded is on no timeline of it.
    if (event.outcome === 'pending' || start < 0 || measured.has(event.id)) return
    measured.add(event.id)
    const end = Math.max(start, (event.end ?? event.at) - performance.timeOrigin)
    const devtools = entryOf(event)
    performance.measure(`pixy-auth: ${event.step}`, { start, end, detail: { devtools } })
  })
}

function entryOf(event: TraceEvent): object {
  const { from, to, outcome, error, hint } = event
  const facts = Object.entries({ from, to, error, hint, ...factsOf(event) })
  return {
    dataType: 'track-entry',
    trackGroup: 'pixy-auth',
    track: to,
    color: outcome === 'failed' ? 'error' : 'primary',
    tooltipText: labelOf(event),
    properties: facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]])),
  }
}
