import type { Auth, TraceEvent } from '../index.js'
import { factsOf, labelOf } from './report.js'

/**
 * Show the steps in the Performance panel of the browser's developer tools, in their own tracks: one for each
 * receiver of steps, such as the authorization server.
 *
 * @returns a function that ends it
 * @see https://developer.chrome.com/docs/devtools/performance/extension
 */
export function measure(auth: Auth): () => void {
  const measured = new Set<string>()
  return auth.trace((event) => {
    const start = event.at - performance.timeOrigin
    // The panel's timeline begins when this page was loaded: earlier steps have no place on it.
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
