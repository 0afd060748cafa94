import type { Claims } from '../api.js'
import { AuthError, type ErrorData } from '../errors.js'
import { tokenKey } from '../lib/resources.js'
import { userInfoClaims } from '../vault/optional/userinfo.js'
import { fromServer } from './errors.js'
import { identityClaims } from '../vault/token/id-token.js'
import { json, refusal, Refusal, type Cookies } from './answers.js'
import type { BackendContext } from './context.js'
import { remaining } from './expiry.js'
import type { Refresh } from './refresh.js'
import { tokenFor } from './tokens.js'
import { bodyOf, checkOwnPage, checkUser } from './request-checks.js'
import type { BackendSession, Held } from './sessions.js'

/** The answer of a route, for success or failure, with the cookies that the session needs afterwards. */
export async function withSession(
  context: BackendContext,
  request: Request,
  work: (held: Held, session: BackendSession | undefined) => Promise<object>,
): Promise<Response> {
  const { sessions, backend } = context
  checkOwnPage(request, backend.url.origin)
  const held = await sessions.load(request)
  try {
    const session = sessions.latest(held.carried)
    if (session) checkUser(request, session)
    const body = await work(held, session)
    return json(body, 200, await sessions.cookiesFor(held))
  } catch (failure) {
    return refusal(
      failure instanceof Refusal ? failure : fromServer(failure),
      await sessions.cookiesFor(held),
    )
  }
}

/** What a page may know of its session. */
const shown = ({ id, user, session }: BackendSession): object => ({
  status: 'signed-in',
  id,
  user,
  session,
})

function signedIn(session: BackendSession | undefined): BackendSession {
  if (!session) throw new AuthError('not_signed_in')
  return session
}

/** `GET session`: the state of the page. The error of a failed sign-in is given once. */
export async function getSession(context: BackendContext, request: Request): Promise<Response> {
  const { jar, seal, sessions } = context
  let told: Cookies = []
  const answer = await withSession(context, request, async ({ cookies }, session) => {
    const names = jar.names(cookies, '-error-')
    told = names.flatMap((name) => jar.remove(name, 1))
    const text = names.map((name) => jar.read(cookies, name)).findLast(Boolean)
    const opened = text ? await seal.unseal('error', text) : undefined
    const error = opened?.value as ErrorData | undefined
    if (session && !session.refreshToken && remaining(session.tokens['']) <= 0)
      await sessions.end(session)
    else if (session) return { ...shown(session), error }
    return { status: 'signed-out', error }
  })
  for (const cookie of told) answer.headers.append('set-cookie', cookie)
  return answer
}

/** `POST session`: renew the session (`refresh`) or get the user's claims (`userInfo`), and answer with the session. */
export function postSession(
  context: BackendContext,
  request: Request,
  refresh: Refresh,
): Promise<Response> {
  return withSession(context, request, async (_held, found) => {
    const session = signedIn(found)
    const { refresh: isRefresh, userInfo } = await bodyOf(request)
    if (isRefresh) return shown(await refresh(session, '', session.tokens['']?.value ?? ''))
    return shown(userInfo ? await withUserInfo(context, session, refresh) : session)
  })
}

/** @see [OpenID Connect Core §5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo) */
async function withUserInfo(
  context: BackendContext,
  before: BackendSession,
  refresh: Refresh,
): Promise<BackendSession> {
  const server = await context.discover()
  const { session, token } = await tokenFor(before, '', refresh)
  const claims = await userInfoClaims(context, server, { token: token.value })
  if (session.identity && claims['sub'] !== session.identity.sub)
    throw new AuthError('invalid_response', 'It names another user.')
  const user: Claims = { ...session.user, ...identityClaims(claims) }
  return context.sessions.change(await context.sessions.turn(session, () => false), { user })
}

/**
 * `POST token`: an access token for the page, of a resource that the options name.
 *
 * @see [RFC 10017 §6.2](https://www.rfc-editor.org/rfc/rfc10017)
 */
export function postToken(
  context: BackendContext,
  request: Request,
  refresh: Refresh,
): Promise<Response> {
  return withSession(context, request, async (_held, found) => {
    const { scope = '', resource = '', unfit } = await bodyOf(request)
    const key = tokenKey(String(scope), String(resource))
    if (!context.backend.tokens.has(key))
      throw new AuthError('url_not_allowed', 'No entry of `resources` has this scope and resource.')
    const refused = typeof unfit === 'string' ? unfit : undefined
    const { token } = await tokenFor(signedIn(found), key, refresh, refused)
    const { value, expiresAt } = token
    const isOpen = expiresAt === Number.MAX_SAFE_INTEGER
    return {
      token: value,
      expiresIn: isOpen ? undefined : Math.max(0, Math.floor(remaining(token) / 1000)),
    }
  })
}
