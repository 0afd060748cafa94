import { resolveConfig } from '../config.js'
import { AuthError } from '../errors.js'
import type { AuthOptions } from '../options.js'
import { endedSession } from '../page/flags.js'
import { sessionStore } from '../page/session-storage.js'
import { createContext } from '../vault/context.js'
import type { Active } from '../vault/record.js'
import { createRead, restore } from '../vault/restore.js'
import { decodeJwt } from '../vault/token/encoding.js'
import { revoke } from '../vault/token/revoke.js'

/** A parameter of this page's URL, which must have it exactly once. */
function parameter(name: string): string {
  const [value, ...more] = new URLSearchParams(location.search).getAll(name)
  if (value && more.length === 0) return value
  throw new AuthError('invalid_response', `The URL has no \`${name}\`, or more than one.`)
}

/** @throws AuthError `not_signed_in`, `issuer_mismatch` if the logout is for another session */
function checkMeant(record: Active | undefined, iss: string, sid: string): Active {
  if (!record) throw new AuthError('not_signed_in', 'No session is here.')
  const claims = record.idToken ? decodeJwt(record.idToken, 1) : {}
  if (claims['iss'] !== iss) throw new AuthError('issuer_mismatch', '`iss` names another server.')
  if (claims['sid'] !== sid) throw new AuthError('not_signed_in', 'This session has another `sid`.')
  return record
}

async function end(options: AuthOptions): Promise<void> {
  const config = resolveConfig(options, location.href)
  const [iss, sid] = [parameter('iss'), parameter('sid')]
  const context = createContext(config, sessionStore(), {
    emit() {},
    changed() {},
    ended: (session) => void revoke(context, session, session.refreshToken),
  })
  const { session } = context
  try {
    await restore(context, createRead(session), endedSession(config.key))
    const { id } = checkMeant(session.active(), iss, sid)
    const { isSaved } = await session.endOnly(id, 'expired')
    if (!isSaved) throw new AuthError('storage')
  } finally {
    session.close()
  }
}

/**
 * End the session in every tab when the server demands it. The server has loaded this page in a hidden frame,
 * with the parameters `iss` and `sid`. The refresh token is revoked. The frame needs the storage of the app's
 * tabs: a browser that keeps third-party storage separate gives it only if app and server are on the same
 * site. A rejection that the app does not handle causes no `unhandledrejection` event.
 *
 * @param options the options of `createAuth`. Sessions of `store: 'session'` and `'memory'` cannot be reached
 * @throws AuthError `not_signed_in` if there is no session with this `sid`, `issuer_mismatch`,
 *   `invalid_response` (a parameter is missing, or there twice), `storage`, `config`. Nothing has changed then
 * @see [OpenID Connect Front-Channel Logout §3](https://openid.net/specs/openid-connect-frontchannel-1_0.html#RPLogout)
 */
export function frontChannelLogout(options: AuthOptions): Promise<void> {
  const ended = end(options)
  ended.catch(() => {})
  return ended
}
