import { isAuthError } from '../../errors.js'
import type { TraceActor, TraceDetails, TraceEvent, TraceRequest, TraceStep } from '../../trace.js'
import type { SessionContext } from '../context.js'
import type { Note, NoteFacts } from '../notes.js'
import type { Active } from '../record.js'
import { ErrorResponse, fromServer } from '../token/errors.js'
import { challengeIn } from './challenge-word.js'
import { placeOf, redact } from './redact.js'

/** What is told of a step, beside its times and its outcome. */
type Told = {
  [Step in TraceStep]: readonly [
    step: Step,
    from: TraceActor,
    to: TraceActor,
    detail: TraceDetails[Step],
  ]
}[TraceStep]

const server = 'authorization server'
const api = 'resource server'
const methodOf = (method: string): TraceRequest['method'] =>
  method === 'GET' || method === 'POST' ? method : 'other'

const requests = /^(discovery|jwks|par|userinfo|revocation)$/

function toldOfRequest([step, method, url, grant]: NoteFacts['http'], result: unknown): Told {
  const status = typeof result === 'number' ? result : (result as ErrorResponse | undefined)?.status
  const detail = { method: methodOf(method), url: placeOf(url), ...(status && { status }) }
  if (requests.test(step)) return [step as 'par', 'client', server, detail]
  return [grant === 'refresh_token' ? 'refresh' : 'exchange', 'client', server, detail]
}

const tellers: { [Step in keyof NoteFacts]: (facts: NoteFacts[Step], result: unknown) => Told } = {
  click: () => ['click', 'user', 'client', {}],
  verifier: ([hasKey]) => ['verifier', 'client', 'client', { hasKey }],
  http: toldOfRequest,
  authorize: ([url, via]) => ['authorize', 'client', server, { url: placeOf(url), via }],
  login: () => ['login', 'user', server, {}],
  callback: ([has]) => ['callback', server, 'client', { has }],
  tokens: (_, result) => ['tokens', server, 'client', isError(result) ? {} : tokensIn(result)],
  call: ([method, url, token, isAgain], result) => [
    isAgain ? 'retry' : 'call',
    'client',
    api,
    {
      method: methodOf(method),
      url: placeOf(url),
      token: token ?? 'none',
      ...(isAnswer(result) && { status: result.status }),
    },
  ],
  store: ([holds]) => [
    'store',
    'client',
    'client',
    { holds: typeof holds === 'string' ? holds : holds ? 'session' : 'nothing' },
  ],
  tab: ([fact]) => ['tab', 'other tab', 'client', { fact }],
  lease: () => ['lease', 'client', 'other tab', {}],
  backoff: ([until]) => ['backoff', 'client', 'client', { until }],
  'sign-out': ([isLocal]) => ['sign-out', 'user', 'client', { isLocal }],
  'end-session': ([url]) => ['end-session', 'client', server, { url: placeOf(url) }],
}

/** @param result what `requestTokens` says of them */
function tokensIn(result: unknown): TraceDetails['tokens'] {
  const { seconds, ...rest } = (result ?? {}) as TraceDetails['tokens']
  return { ...rest, ...(Number.isFinite(seconds) && { seconds: Math.round(Number(seconds)) }) }
}

const isError = (result: unknown): boolean =>
  result instanceof Error || result instanceof ErrorResponse || isAuthError(result)

const isAnswer = (result: unknown): result is { status: number; challenge: string | null } =>
  !isError(result) && typeof result === 'object'

/** Any other error than ours is the platform's: it says that something was aborted, or nothing. */
function reasonOf(result: unknown): Pick<TraceEvent, 'outcome' | 'error' | 'hint'> {
  if (!isError(result)) return { outcome: 'ok' }
  if (!isAuthError(result) && !(result instanceof ErrorResponse))
    return {
      outcome: 'failed',
      error: (result as Error).name === 'TypeError' ? 'network' : 'aborted',
    }
  const { code, hint } = fromServer(result)
  return { outcome: 'failed', error: code, hint: hint ? redact(hint) : undefined }
}

// These take time; what is not known to have ended is under way.
const lasting = /^(http|callback|tokens|call|lease)$/

function toEvents(note: Note, number: number): TraceEvent[] {
  const { step: noted, facts, result } = note
  const [at, end] = [note.at, note.end].map((time) => time && performance.timeOrigin + time) as [
    number,
    number?,
  ]
  const teller = tellers[noted] as (facts: readonly unknown[], result: unknown) => Told
  const [step, from, to, detail] = teller(facts, result)
  const isOpen = lasting.test(noted) && !end
  // Noted in whole milliseconds: not before the step that led there.
  const times =
    noted === 'login' ? { at: Number(facts[0]) + 1, end: at } : { at, ...(end && { end }) }
  const outcome = isOpen ? ({ outcome: 'pending' } as const) : reasonOf(result)
  const event = { id: `${number}`, step, from, to, ...times, ...outcome, detail } as TraceEvent
  if (noted !== 'call' || !end || !isAnswer(result)) return [event]
  return [event, ...answersTo(event, end, result)]
}

/** What the API said. */
function answersTo(
  { id }: TraceEvent,
  at: number,
  { status, challenge: header }: { status: number; challenge: string | null },
): TraceEvent[] {
  const challenge = challengeIn(header)
  const base = { from: api, to: 'client', at, outcome: 'ok' } as const
  const answer = { ...base, id: `${id}a`, step: 'answer', detail: { status, challenge } } as const
  return status === 401 && challenge === 'insufficient_user_authentication'
    ? [answer, { ...base, id: `${id}s`, step: 'step-up', detail: {} }]
    : [answer]
}

/** The times of the token that the sign-in brought. */
function timesIn(active: Active | undefined): Partial<TraceDetails['store']> {
  const [token] = Object.values(active?.tokens ?? {})
  return {
    receivedAt: token?.receivedAt,
    expiresAt: token?.expiresAt,
    isRenewable: !!active?.refreshToken,
  }
}

/** Tell of all that was noted, and of what will be. What the store holds is known of its last record. */
export function tellTrace(
  { notes, session }: SessionContext,
  tell: (event: TraceEvent) => void,
): void {
  const numbers = new WeakMap<Note, number>()
  const last = notes.kept.findLast(({ step }) => step === 'store')
  let count = 0
  const hear = (note: Note, isLast: boolean): void => {
    const number = numbers.get(note) ?? ++count
    numbers.set(note, number)
    for (const event of toEvents(note, number))
      tell(
        event.step === 'store' && event.detail.holds === 'session' && isLast
          ? { ...event, detail: { ...event.detail, ...timesIn(session.active()) } }
          : event,
      )
  }
  for (const note of notes.kept) hear(note, note === last)
  notes.hear = (note) => hear(note, true)
}
