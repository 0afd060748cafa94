import type { TraceActor } from '../index.js'
import { make } from './dom.js'
import { actors, factsOf, labelOf, type Shown } from './report.js'

/** The lanes of the diagram: four, and more if a backend or another tab takes part. */
export const lanesOf = (events: readonly Shown[]): readonly TraceActor[] =>
  actors.filter(
    (actor) =>
      !/^(backend|other tab)$/.test(actor) ||
      events.some(({ from, to }) => [from, to].includes(actor)),
  )

/** One step: a button with an arrow, which opens the details. @param why the sentence on why the step failed */
export function draw(
  event: Shown,
  why: string | undefined,
  lanes: readonly TraceActor[],
  isOpen: boolean,
  toggle: () => void,
): HTMLLIElement {
  const [from, to] = [lanes.indexOf(event.from), lanes.indexOf(event.to)]
  const [left, right] = [Math.min(from, to), Math.max(from, to)]
  const isSelf = from === to
  const [start, end] = isSelf ? [2 * left + 1, 2 * left + 3] : [2 * left + 2, 2 * right + 2]
  const label = make('span', { className: 'label wide' }, labelOf(event))
  const between = `, ${event.from} to ${event.to}, ${event.outcome}`
  const arrow = make('span', { className: `arrow${isSelf ? ' self' : from > to ? ' back' : ''}` })
  arrow.style.gridColumn = `${start} / ${end}`
  // A label beside its arrow has room for words even where the lanes are near.
  label.style.setProperty('--start', `${Math.max(1, start - 1)}`)
  label.style.setProperty('--end', `${end + 1}`)
  const row = make('button', { type: 'button', className: 'row', onclick: toggle }, label, arrow)
  row.ariaExpanded = `${isOpen}`
  row.ariaLabel = labelOf(event) + between
  const item = make('li', { className: classOf(event) }, row)
  if (why) item.append(make('p', { className: 'why' }, ...withCode(`Why? ${why}`)))
  if (isOpen) item.append(details(event))
  return item
}

/** The CSS class for the outcome. A step that succeeded may still report a failure, such as a session's end. */
function classOf(event: Shown): string {
  const { status, holds, isEarlier } = factsOf(event)
  if (Number(status) >= 400) return 'failed'
  const isEnd = !isEarlier && /^(refused|expired)$/.test(String(holds))
  const isBad = isEnd || event.error || event.step === 'no-refresh-token'
  return isBad ? `${event.outcome} bad` : event.outcome
}

/** The text, with its parts between backticks as code. */
const withCode = (text: string): (Node | string)[] =>
  text.split('`').map((part, at) => (at % 2 ? make('code', {}, part) : part))

function details({ at, from, to, detail }: Shown): HTMLElement {
  const all = { time: new Date(at).toLocaleTimeString(), from, to, ...detail }
  return make(
    'dl',
    {},
    ...Object.entries(all)
      .filter(([, value]) => value !== undefined)
      .flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, String(value))]),
  )
}
