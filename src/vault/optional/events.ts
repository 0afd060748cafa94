import { isAuthError } from '../../errors.js'
import type { TraceActor, TraceDetails, TraceEvent, TraceRequest, TraceStep } from '../../trace.js'
import type { Note, NoteFacts } from '../notes.js'
import { challengeIn } from './challenge-word.js'
import { placeOf, redact } from '../../lib/optional/redact.js'

/** The content of an event, besides its times and its outcome. */
export type Told = {
  [Step in TraceStep]: readonly [
    step: Step,
    from: TraceActor,
    to: TraceActor,
    detail: TraceDetails[Step],
  ]
}[TraceStep]

/** How the notes of a vault become events. */
export interface Telling<Noted extends keyof NoteFacts> {
  readonly tellers: { [Step in Noted]: (facts: NoteFacts[Step], result: unknown) => Told }
  /** What a step failed with: an `AuthError`, or an error of the platform; `undefined` if it did not fail. */
  readonly errorIn: (result: unknown) => Error | undefined
}

const methodOf = (method: string): TraceRequest['method'] =>
  method === 'GET' || method === 'POST' ? method : 'other'

/** @param status missing where no answer came */
export const requestTo = (method: string, url: string, status?: number): TraceRequest => ({
  method: methodOf(method),
  url: placeOf(url),
  ...(status && { status }),
})

/** What an API answered, as it is noted. */
interface Answer {
  readonly status: number
  readonly challenge: string | null
}

export function beginningOf([{ via, by }]: NoteFacts['click']): Told {
  const cause = by || (/^(link|iframe)$/.test(via) && (via as 'link'))
  return cause ? ['begin', 'client', 'client', { by: cause }] : ['click', 'user', 'client', {}]
}

export function callTo(
  to: TraceActor,
  [method, url, token, isAgain]: NoteFacts['call'],
  result: unknown,
): Told {
  const { status } = Object(result) as Partial<Answer>
  const detail = { ...requestTo(method, url, status), token: token ?? ('none' as const) }
  return [(isAgain ? 'retry' : 'call') as 'call', 'client', to, detail]
}

/** @param result what the part that requested the tokens noted of them */
export function tokensIn(result: unknown): TraceDetails['tokens'] {
  const { seconds, ...rest } = (result ?? {}) as TraceDetails['tokens']
  return { ...rest, ...(Number.isFinite(seconds) && { seconds: Math.round(Number(seconds)) }) }
}

/** An error that is no `AuthError` is the platform's: either a network fault, or something was aborted. */
function reasonOf(error: Error | undefined): Pick<TraceEvent, 'outcome' | 'error' | 'hint'> {
  if (!error) return { outcome: 'ok' }
  if (!isAuthError(error))
    return { outcome: 'failed', error: error.name === 'TypeError' ? 'network' : 'aborted' }
  const { code, hint } = error
  return { outcome: 'failed', error: code, hint: hint ? redact(hint) : undefined }
}

// Steps that take time: until they are known to have ended, they are under way.
const lasting = /^(http|backend|callback|tokens|call|lease)$/

/** The events of a note. @param number its number, which no other note has */
export function eventsOf<Noted extends keyof NoteFacts>(
  { step: noted, facts, result, ...note }: Note,
  number: number,
  { tellers, errorIn }: Telling<Noted>,
): TraceEvent[] {
  const at = performance.timeOrigin + note.at
  const end = note.end && performance.timeOrigin + note.end
  const teller = tellers[noted as Noted] as (facts: readonly unknown[], result: unknown) => Told
  const [step, from, to, detail] = teller(facts, result)
  const isOpen = lasting.test(noted) && !end
  // This time is in whole milliseconds, so add one: it must not come before the step that led there.
  const times =
    noted === 'login' ? { at: Number(facts[0]) + 1, end: at } : { at, ...(end && { end }) }
  const outcome = isOpen ? ({ outcome: 'pending' } as const) : reasonOf(errorIn(result))
  const event = { id: `${number}`, step, from, to, ...times, ...outcome, detail } as TraceEvent
  if (noted !== 'call' || !end || event.outcome === 'failed') return [event]
  return [event, ...answersTo(event, end, result as Answer)]
}

/** The events of what the API answered. */
function answersTo(
  { id, to: from }: TraceEvent,
  at: number,
  { status, challenge: header }: Answer,
): TraceEvent[] {
  const challenge = challengeIn(header)
  const base = { from, to: 'client', at, outcome: 'ok' } as const
  const answer = { ...base, id: `${id}a`, step: 'answer', detail: { status, challenge } } as const
  return status === 401 && challenge === 'insufficient_user_authentication'
    ? [answer, { ...base, id: `${id}s`, step: 'step-up', detail: {} }]
    : [answer]
}

/**
 * Numbers the notes, and passes them on in order. To make an event takes longer than a call should wait, so
 * calls are passed on in a later task, many at once, or when the page is left. Any other note is passed on at
 * once, after the calls before it, as it may be the last thing that this page does.
 */
export function inTurn(tell: (note: Note, number: number) => void): (note: Note) => void {
  const numbers = new WeakMap<Note, number>()
  let count = 0
  let waiting: (readonly [Note, number])[] = []
  function tellWaiting(): void {
    const calls = waiting
    waiting = []
    globalThis.removeEventListener?.('pagehide', tellWaiting)
    for (const call of calls) tell(...call)
  }
  return (note) => {
    const number = numbers.get(note) ?? ++count
    numbers.set(note, number)
    if (note.step === 'call') {
      // A copy, as the call may end before its note is passed on.
      if (waiting.push([{ ...note }, number]) > 1) return
      setTimeout(tellWaiting, 50)
      // Node has no such function.
      globalThis.addEventListener?.('pagehide', tellWaiting)
    } else {
      tellWaiting()
      tell(note, number)
    }
  }
}
