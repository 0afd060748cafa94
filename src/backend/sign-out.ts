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

/** Time for the page to navigate to `GET sign-out`. */
const leavingMs = 60_000

/**
 * The URL to which the page navigates next. The server's end-session URL contains the ID token, which no script may
 * see. So a sealed cookie carries that URL to `GET sign-out`.
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
  // The ID token is only a hint. If it is too long for a cookie it is left out, and the server asks the user.
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
      // The session cannot be read or found now, but may be later or in another process: remove its cookies.
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

/** `GET sign-out`: redirect the browser to the server's end-session URL, which the page never sees. */
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
