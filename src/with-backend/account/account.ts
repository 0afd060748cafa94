import type { Claims, SignInRequest, Snapshot } from '../../door.js'
import { AuthError } from '../../errors.js'
import { refuse } from '../../lib/check.js'
import { failed } from '../calls/failed.js'
import { request } from '../request.js'
import type { BackendPreset } from '../options.js'
import type { BackendSession } from '../session.js'
import { snapshotOf } from '../shown.js'

/**
 * Where the backend begins a sign-in. What the server is asked is the backend's to check.
 *
 * @throws AuthError `unsupported` by popup, `config` for options that no URL can carry, and what a preset
 *   rejects with
 */
export async function signInUrl(
  { config: { backend, preset }, notes: { note } }: BackendSession,
  { via, ...rest }: SignInRequest,
): Promise<string> {
  note('click')
  if (via === 'popup') throw new AuthError('unsupported', 'A backend signs in by redirect only.')
  const url = new URL(`${backend.href}/sign-in`)
  for (const [name, value] of Object.entries(rest))
    if (value !== undefined)
      url.searchParams.set(name, typeof value === 'object' ? JSON.stringify(value) : `${value}`)
  // Servers take no longer line, as a rule.
  if (url.href.length > 8000) refuse('params', 'these options are too long for a URL.')
  const target =
    preset === globalThis
      ? url.href
      : await (preset as BackendPreset).signInUrl(url, via === 'link' ? 'link' : 'redirect')
  note('authorize', target, via)
  return target
}

/** Show the session that an answer has, in every tab. @throws AuthError `invalid_response` */
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
    return adopt(session, await request(session, 'session', { body, caller, as }))
  } catch (failure) {
    throw failed(session, failure, caller)
  }
}

/** Let the backend renew the session. @throws AuthError where it fails, or no user is signed in */
export const refresh = (session: BackendSession): Promise<Snapshot> =>
  ask(session, { refresh: true }, 'refresh')

/** Let the backend ask the UserInfo endpoint. @throws AuthError where it fails, or no user is signed in */
export async function userInfo(session: BackendSession): Promise<Claims> {
  const now = await ask(session, { userInfo: true }, 'userinfo')
  if (now.status !== 'signed-in') throw new AuthError('session_ended')
  return now.user
}
