import { own } from '../lib/own.js'
import { withTimeout } from '../lib/timeout.js'
import type { AuthorizationServer } from '../options.js'
import { endSessionUrl } from '../vault/sign-in/sign-out.js'
import { revoke } from '../vault/token/revoke.js'
import { redirect, type Cookies } from './answers.js'
import type { BackendContext } from './context.js'
import { maxSealed, readCookies } from './cookies.js'
import { bodyOf, checkNavigation } from './request-checks.js'
import { withSession } from './session-routes.js'
import type { Held } from './sessions.js'

/** A minute is enough for a page to go where it is told. */
const leavingMs = 60_000

/**
 * Where the page goes next. The URL at the server has the ID token in it, which no script may see: the
 * browser carries it, sealed, to `GET sign-out`.
 */
async function wayOut(
  { config, backend, jar, seal }: BackendContext,
  { cookies }: Held,
  server: AuthorizationServer,
  idToken: string | undefined,
): Promise<{ readonly url: string | undefined; readonly cookies: Cookies }> {
  const whole = await endSessionUrl(config, { server, idToken })
  if (!idToken || !whole) return { url: whole, cookies: [] }
  const text = await seal.seal('sign-out', { url: whole }, leavingMs)
  // It is a hint: where it is too long the server asks the user.
  if (text.length > maxSealed)
    return { url: await endSessionUrl(config, { server, idToken: undefined }), cookies: [] }
  const options = { lifetime: leavingMs, sameSite: 'Strict' } as const
  return {
    url: `${backend.url.href}/sign-out`,
    cookies: jar.write(cookies, '-sign-out', text, options),
  }
}

/**
 * `POST sign-out`: end the session here at once, whatever the server says; revoke its refresh token; and
 * say where to send the browser, so that the server ends its own session.
 *
 * @see [RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)
 * @see [OpenID Connect RP-Initiated Logout](https://openid.net/specs/openid-connect-rpinitiated-1_0.html)
 */
export async function postSignOut(context: BackendContext, request: Request): Promise<Response> {
  let more: Cookies = []
  const answer = await withSession(context, request, async (held, session) => {
    const { local } = await bodyOf(request)
    if (held.name) await context.sessions.end(held.name)
    if (!session) {
      // What cannot be read, or is not found, may be good in another process, or later.
      more = context.sessions.forget(held)
      return {}
    }
    if (local) return {}
    const server = await context.discover().catch(() => undefined)
    if (!server) return { url: context.config.postLogoutRedirectUri }
    const revoked = revoke(context, { server }, session.refreshToken)
    await withTimeout(1000, revoked).catch(() => {})
    const { url, cookies } = await wayOut(context, held, server, session.idToken)
    more = cookies
    return { url }
  })
  for (const cookie of more) answer.headers.append('set-cookie', cookie)
  return answer
}

/** `GET sign-out`: on from the app to the server, with what the page does not see. */
export async function getSignOut(context: BackendContext, request: Request): Promise<Response> {
  checkNavigation(request)
  const { jar, seal, config } = context
  const cookies = readCookies(request)
  const text = jar.read(cookies, '-sign-out')
  const opened = text ? await seal.unseal('sign-out', text) : undefined
  const { url } = own(Object(opened?.value) as { url?: string })
  const spent = jar.write(cookies, '-sign-out', '', { lifetime: 0, sameSite: 'Strict' })
  return redirect(url ?? config.postLogoutRedirectUri ?? '/', spent)
}
