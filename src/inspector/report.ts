import type { TraceActor, TraceEvent } from '../index.js'

/** An event of this page, or of a pasted report, where any text is possible. */
export type Shown = Pick<TraceEvent, 'id' | 'from' | 'to' | 'at' | 'end' | 'outcome'> & {
  readonly step: string
  readonly error?: string | undefined
  readonly hint?: string | undefined
  /** The directive of the Content Security Policy that blocked it, if the browser reported that. */
  readonly blockedBy?: string | undefined
  readonly detail: object
}

export const factsOf = ({ detail }: Pick<Shown, 'detail'>): Readonly<Record<string, unknown>> => ({
  ...detail,
})

export const originOf = (url: unknown): string | undefined =>
  URL.canParse(String(url)) ? new URL(String(url)).origin : undefined

export const actors: readonly TraceActor[] = [
  'user',
  'client',
  'backend',
  'authorization server',
  'resource server',
  'other tab',
]

const maxLength = 1_000_000

/** The steps that are shown, and the origin of the page that made them. */
export interface Report {
  readonly events: readonly Shown[]
  readonly origin?: string | undefined
}

/** The steps as text, to be pasted into an issue. They hold no secret. */
export const toReport = ({ events, origin }: Report): string =>
  JSON.stringify({ 'pixy-auth': 1, origin, events }, null, 1)

const isWord = (value: unknown): value is string =>
  typeof value === 'string' && /^[a-z_-]{1,40}$/.test(value)
const isTime = (value: unknown): value is number => Number.isFinite(value)
const short = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.slice(0, 500) : undefined

/** Keep only strings, numbers and booleans, so that a report can show nothing but text. */
function detailOf(given: unknown): Record<string, unknown> {
  const all = Object.entries(Object(given) as object).slice(0, 12)
  return Object.fromEntries(
    all.flatMap(([name, value]): [string, unknown][] => {
      const isPlain = /^(string|number|boolean)$/.test(typeof value)
      return isPlain ? [[name.slice(0, 40), short(value) ?? value]] : []
    }),
  )
}

function eventOf(given: unknown, at: number): Shown {
  const event = Object(given) as Record<keyof Shown, unknown>
  const { step, from, to, outcome, error, hint, end, blockedBy } = event
  const isKnown = [from, to].every((actor) => actors.includes(actor as TraceActor))
  if (
    !isWord(step) ||
    !isKnown ||
    !isTime(event.at) ||
    !/^(pending|ok|failed)$/.test(String(outcome))
  )
    throw new Error(`Step ${at + 1} of this report is no step of pixy-auth.`)
  return {
    id: `${at}`,
    step,
    from: from as TraceActor,
    to: to as TraceActor,
    at: event.at,
    ...(isTime(end) && { end }),
    outcome: outcome as Shown['outcome'],
    error: isWord(error) ? error : undefined,
    hint: short(hint),
    ...(isWord(blockedBy) && { blockedBy }),
    detail: detailOf(event.detail),
  }
}

/** @throws Error that says in one sentence what is wrong with the text */
export function readReport(text: string): Report {
  if (text.length > maxLength) throw new Error('This is too long for a report of pixy-auth.')
  let report: { events?: unknown; origin?: unknown }
  try {
    report = Object(JSON.parse(text)) as typeof report
  } catch {
    throw new Error('This is no report of pixy-auth: it is not JSON.')
  }
  if (!Array.isArray(report.events)) throw new Error('This is no report of pixy-auth.')
  if (report.events.length > 1000) throw new Error('This report has more than 1000 steps.')
  return { events: report.events.map(eventOf), origin: originOf(report.origin) }
}

const names = ['U', 'C', 'B', 'A', 'R', 'T']

/** The steps as a Mermaid diagram. */
export function toMermaid(events: readonly Shown[]): string {
  const nameOf = (actor: TraceActor): string => names[actors.indexOf(actor)] ?? ''
  const used = actors.filter((actor) =>
    events.some(({ from, to }) => from === actor || to === actor),
  )
  const lines = events.map(
    (event) =>
      `  ${nameOf(event.from)}${event.outcome === 'failed' ? '-x' : '->>'}${nameOf(event.to)}: ${labelOf(event).replaceAll(/[;#:]/g, ' ')}`,
  )
  const lanes = used.map((actor) => `  participant ${nameOf(actor)} as ${actor}`)
  return ['sequenceDiagram', '  autonumber', ...lanes, ...lines].join('\n')
}

const beginnings = new Map<unknown, string>([
  ['require', 'the page needs a sign-in'],
  ['link', 'a link is prepared'],
  ['prepare', 'ahead of a click'],
  ['iframe', 'in a hidden frame'],
  ['consent', 'with consent'],
  ['retry', 'once more'],
])

/** The label of the arrow: the step, the path, the status, how long it took. */
export function labelOf({ step, detail, at, end, error }: Shown): string {
  const { method, url = '', status, holds, fact, by, isEarlier } = factsOf({ detail })
  const { pathname = '' } = URL.canParse(String(url)) ? new URL(String(url)) : {}
  const place = pathname.replaceAll('%E2%80%A6', '…').replace(/(\/\.well-known\/).*/, '$1…')
  const said = [
    beginnings.get(by),
    method,
    place,
    status,
    holds,
    isEarlier === true ? 'earlier' : '',
    fact,
    error,
  ]
  const ms = end === undefined ? '' : `${Math.max(1, Math.round(end - at))} ms`
  return [step, ...said, ms].filter((word) => word !== undefined && word !== '').join(' ')
}
