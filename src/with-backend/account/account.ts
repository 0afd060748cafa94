import type { CallbackResult, Claims, SignInRequest, Snapshot } from '../../door.js'
import { AuthError, type ErrorData } from '../../errors.js'
import { refuse } from '../../lib/check.js'
import { readState, stateIn } from '../../lib/state-param.js'
import { endedSession } from '../../page/flags.js'
import { failed } from '../calls/failed.js'
import { request } from '../request.js'
import type { BackendPreset } from '../options.js'
import type { BackendSession } from '../session.js'
import { snapshotOf } from '../shown.js'

/** Whether this page is in a frame of another origin, where the browser sends no cookie of the backend. */
const isFramed = async (): Promise<boolean> =>
  (await import('../../page/sign-in/sign-in.js')).isFramedByOthers()

/** The URL of the route `sign-in`, with the options and, for a popup, the random value in the channel's name. */
function routeFor(
  backend: URL,
  { via, random, returnTo, ...rest }: Omit<SignInRequest, 'by'>,
): URL {
  const url = new URL(`${backend.href}/sign-in`)
  const popup = via === 'popup' ? random : undefined
  for (const [name, value] of Object.entries({ returnTo, ...rest, popup }))
    if (value !== undefined)
      url.searchParams.set(name, typeof value === 'object' ? JSON.stringify(value) : `${value}`)
  // Most servers refuse a longer URL.
  if (url.href.length > 8000) refuse('params', 'these options are too long for a URL.')
  return url
}

/**
 * The URL where the backend begins a sign-in. The backend checks what it asks of the server.
 *
 * @throws AuthError `unsupported` for a sign-in by hidden frame, or by popup from a frame or with a preset; `config` for
 *   options that are too long for a URL; or the error of a preset
 */
export async function authorize(
  session: BackendSession,
  { by, ...given }: SignInRequest,
): Promise<string> {
  const { config, notes } = session
  const { backend, preset } = config
  const { note } = notes
  const { via } = given
  note('click', { via, by })
  const isOurs = preset === globalThis
  const isOffered = via !== 'iframe' && (via !== 'popup' || (isOurs && !(await isFramed())))
  if (!isOffered) throw new AuthError('unsupported', 'Here a backend signs in by redirect only.')
  // Send a sign-out that has not reached the backend now, because the next session may have the same id.
  if (endedSession(config.key)) await session.read()
  const url = routeFor(backend, given)
  const target = isOurs
    ? url.href
    : await (preset as BackendPreset).signInUrl(url, via === 'link' ? 'link' : 'redirect')
  note('authorize', target, via)
  return target
}

/** The result of a sign-in by popup; `undefined` for any other answer, because those go to the backend. */
export async function callback(
  session: BackendSession,
  href: string,
): Promise<CallbackResult | undefined> {
  if (readState(stateIn(href))?.purpose !== 'popup') return undefined
  const answer = await request(session, 'session')
  const error = answer['error'] as ErrorData | undefined
  // A sign-out that has not reached the backend was for the earlier session.
  if (!error) session.ended()
  return { snapshot: adopt(session, answer), error, ...(!error && { undeleted: '' }) }
}

/** Show the session of an answer, in every tab. @throws AuthError `invalid_response` */
export function adopt(
  { current, show, tabs }: BackendSession,
  answer: Record<string, unknown>,
): Snapshot {
  const before = JSON.stringify(current())
  const now = show(snapshotOf(answer))
  if (now.id && JSON.stringify(now) !== before) tabs.send('changed', now.id)
  return now
}

async function ask(
  session: BackendSession,
  body: object,
  as: 'refresh' | 'userinfo',
): Promise<Snapshot> {
  const caller = session.caller()
  if (!caller) throw new AuthError('not_signed_in')
  try {
    const answer = await request(session, 'session', { body, caller, as })
    const { id } = session.current()
    // If this page shows another session by now, the answer is about the earlier session.
    if (id !== caller.id && id !== answer['id'])
      throw new AuthError(id ? 'account_changed' : 'session_ended')
    return adopt(session, answer)
  } catch (failure) {
    throw failed(session, failure, caller)
  }
}

/** Let the backend renew the session. @throws AuthError if it fails, or if no user is signed in */
export const refresh = (session: BackendSession): Promise<Snapshot> =>
  ask(session, { refresh: true }, 'refresh')

/** Let the backend ask the UserInfo endpoint. @throws AuthError if it fails, or if no user is signed in */
export async function userInfo(session: BackendSession): Promise<Claims> {
  const now = await ask(session, { userInfo: true }, 'userinfo')
  if (now.status !== 'signed-in') throw new AuthError('session_ended')
  return now.user
}
