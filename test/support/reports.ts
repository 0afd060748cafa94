import { lanesOf } from '../../src/inspector/draw.js'
import { labelOf, readReport, toMermaid, toReport, type Shown } from '../../src/inspector/report.js'
import { whyOf } from '../../src/inspector/why.js'
import type { TraceEvent } from '../../src/trace.js'
import { marksOf } from './canaries.js'
import { liveWithBackend } from './fuzzed-backend.js'
import { livePage } from './fuzzed-page.js'
import { personOf, secretsOf } from './fuzzed-world.js'

// Every second session has a backend.
const kinds = [livePage, liveWithBackend] as const

/** What a reader of the diagram sees. */
const pictureOf = (events: readonly Shown[]): unknown => [
  lanesOf(events),
  toMermaid(events),
  events.map((event) => [labelOf(event), event.at, event.end, event.outcome, whyOf(event, events)]),
]

/** The diagram of these steps, and the diagram of their report. */
export function picturesOf(events: readonly TraceEvent[]): { drawn: string; replayed: string } {
  const told = readReport(toReport({ events, origin: 'https://app.example' })).events
  return { drawn: JSON.stringify(pictureOf(events)), replayed: JSON.stringify(pictureOf(told)) }
}

/** @throws Error if the report of a page of this session contains a secret, or is replayed as another diagram */
export async function checkReports(seed: number): Promise<TraceEvent[][]> {
  const world = await (kinds[seed % 2] ?? livePage)(seed)
  const secrets = [...secretsOf(world).flatMap(marksOf), personOf(seed).email, 'Secretlastname']
  const pages = world.told
    .map((told) => Array.from(told.values()))
    .filter(({ length }) => length > 0)
  for (const events of pages) {
    const report = toReport({ events, origin: 'https://app.example' })
    const found = secrets.filter((secret) => report.includes(secret))
    if (found.length > 0) throw new Error(`Seed ${seed}: the report has ${found.join(', ')}.`)
    const { drawn, replayed } = picturesOf(events)
    if (drawn !== replayed) throw new Error(`Seed ${seed}: its replay is another picture.`)
  }
  return pages
}
