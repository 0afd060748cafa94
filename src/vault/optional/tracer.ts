import type { TraceDetails, TraceEvent } from '../../trace.js'
import type { SessionContext } from '../context.js'
import type { Note, NoteFacts, Notes } from '../notes.js'
import type { Active } from '../record.js'
import { ErrorResponse, fromServer } from '../token/errors.js'
import {
  beginningOf,
  callTo,
  eventsOf,
  inTurn,
  requestTo,
  tokensIn,
  type Telling,
  type Told,
} from './events.js'
import { placeOf } from '../../lib/optional/redact.js'

const server = 'authorization server'
const requests = /^(discovery|jwks|par|userinfo|revocation)$/

function toldOfRequest([step, method, url, grant]: NoteFacts['http'], result: unknown): Told {
  const status = typeof result === 'number' ? result : (result as ErrorResponse | undefined)?.status
  const detail = requestTo(method, url, status)
  const asksTokens = grant === 'refresh_token' ? 'refresh' : 'exchange'
  return [(requests.test(step) ? step : asksTokens) as 'par', 'client', server, detail]
}

function errorIn(result: unknown): Error | undefined {
  if (result instanceof ErrorResponse) return fromServer(result)
  return result instanceof Error ? result : undefined
}

/** How the notes of the vault in this page become events. */
const telling: Telling<Exclude<keyof NoteFacts, 'backend'>> = {
  tellers: {
    click: beginningOf,
    verifier: ([hasKey]) => ['verifier', 'client', 'client', { hasKey }],
    http: toldOfRequest,
    authorize: ([url, via]) => ['authorize', 'client', server, { url: placeOf(url), via }],
    login: () => ['login', 'user', server, {}],
    callback: ([has]) => ['callback', server, 'client', { has }],
    tokens: (_, result) => ['tokens', server, 'client', errorIn(result) ? {} : tokensIn(result)],
    'no-refresh-token': () => ['no-refresh-token', server, 'client', {}],
    call: (facts, result) => callTo('resource server', facts, result),
    store: ([holds]) => [
      'store',
      'client',
      'client',
      { holds: holds === true ? 'session' : holds || 'nothing' },
    ],
    tab: ([fact]) => ['tab', 'other tab', 'client', { fact }],
    lease: () => ['lease', 'client', 'other tab', {}],
    backoff: ([until]) => ['backoff', 'client', 'client', { until }],
    'sign-out': ([isLocal]) => ['sign-out', 'user', 'client', { isLocal }],
    'end-session': ([url]) => ['end-session', 'client', server, { url: placeOf(url) }],
  },
  errorIn,
}

/** The times of the token that the sign-in brought. */
function timesIn(active: Active | undefined): Partial<TraceDetails['store']> | undefined {
  if (!active) return undefined
  const [token] = Object.values(active.tokens)
  return {
    receivedAt: token?.receivedAt,
    expiresAt: token?.expiresAt,
    isRenewable: !!active.refreshToken,
  }
}

/**
 * Makes the function that says whether a note is about a session that had ended before this page read the
 * store. It must get the notes in order.
 */
function earlierEnds({ kept }: Notes): (note: Note) => boolean {
  // If older notes were dropped, this page may have had a session.
  let had = kept.length === 200
  return ({ step, facts: [fact] }) => {
    const isEarlier = typeof fact === 'string' && !had
    if (step === 'store') had = fact === true
    else had ||= step === 'sign-out' || fact === 'sign-out'
    return isEarlier
  }
}

/**
 * Pass on all notes so far, and each new one. Only the last record of the store is still known, so only its
 * note gets the times of the token.
 */
export function tellTrace(
  { notes, session }: SessionContext,
  tell: (event: TraceEvent) => void,
): void {
  let last = notes.kept.findLast(({ step }) => step === 'store')
  const isEarlier = earlierEnds(notes)
  const hear = inTurn((note, number) => {
    const isLast = !last || note === last
    const more = isEarlier(note) ? { isEarlier: true } : isLast && timesIn(session.active())
    for (const event of eventsOf(note, number, telling))
      tell(event.step === 'store' ? { ...event, detail: { ...event.detail, ...more } } : event)
  })
  notes.kept.forEach(hear)
  last = undefined
  notes.hear = hear
}
