import type { SignInRequest } from '../door.js'
import { AuthError, isAuthError, toData } from '../errors.js'
import { own } from '../lib/own.js'
import { authorizationRequest } from '../vault/sign-in/authorize.js'
import { readAnswer } from '../vault/sign-in/answer.js'
import { redeem } from '../vault/sign-in/exchange.js'
import { withConsent } from '../vault/sign-in/offline-access.js'
import { logoutOf } from './backchannel.js'
import { fromServer } from './errors.js'
import { hop, redirect, Refusal, type Cookies } from './answers.js'
import type { BackendContext } from './context.js'
import { popupPlace } from './popup.js'
import { badRequest, checkNavigation, isFromElsewhere, placeOf } from './request-checks.js'
import type { BackendSession, Held } from './sessions.js'
import { forget, keep, take } from './transactions.js'

// Characters of the URL where a sign-in ends. A cookie keeps it, and several sign-ins may wait at the same time.
const maxPlace = 2000

function jsonIn(query: URLSearchParams, name: string): object | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (value === Object(value)) return value as object
  } catch {
    // Refused below.
  }
  throw badRequest(`${name}: give JSON.`)
}

/** The URL where the sign-in ends: the root of the app, if the wanted URL is too long for the cookie. */
function placeIn(context: BackendContext, query: URLSearchParams): string {
  const place = (returnTo: string | null): string =>
    popupPlace(context, query.get('popup'), placeOf(context, returnTo))
  const wanted = place(query.get('returnTo'))
  return wanted.length > maxPlace ? place(null) : wanted
}

const texts = ['prompt', 'acrValues', 'loginHint', 'uiLocales', 'scope', 'resource'] as const
const known = ['returnTo', 'popup', 'maxAge', 'params', 'authorizationDetails', ...texts]

/** What the page asks for, by the names of `SignInOptions`. A request of another site may have `returnTo` only. */
function requestOf(context: BackendContext, request: Request): SignInRequest {
  const query = new URL(request.url).searchParams
  const names = isFromElsewhere(request) ? ['returnTo'] : known
  for (const name of query.keys())
    if (!names.includes(name))
      throw badRequest(
        `${name}: ${known.includes(name) ? 'only the app may say.' : 'no such option.'}`,
      )
  const maxAge = query.get('maxAge')
  if (maxAge !== null && !/^\d{1,9}$/.test(maxAge)) throw badRequest('maxAge: give whole seconds.')
  const given = texts.map((name) => [name, query.get(name) ?? undefined])
  const details = jsonIn(query, 'authorizationDetails')
  if (details && !Array.isArray(details)) throw badRequest('authorizationDetails: give a list.')
  return own({
    ...(Object.fromEntries(given) as Partial<SignInRequest>),
    via: 'redirect',
    returnTo: placeIn(context, query),
    maxAge: maxAge === null ? undefined : Number(maxAge),
    params: jsonIn(query, 'params') as Record<string, string> | undefined,
    authorizationDetails: details as Record<string, unknown>[] | undefined,
  })
}

/**
 * `GET sign-in`: send the browser to the authorization server. A sealed cookie keeps what the callback will need, so
 * that this browser accepts no answer to another browser's sign-in.
 *
 * @see [RFC 6749 §4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1)
 * @see [RFC 9700 §4.7](https://www.rfc-editor.org/rfc/rfc9700#section-4.7)
 */
export async function signIn(context: BackendContext, request: Request): Promise<Response> {
  checkNavigation(request)
  const asked = requestOf(context, request)
  const held = await context.sessions.load(request)
  try {
    return await leave(context, held, asked)
  } catch (failure) {
    const error = fromServer(failure)
    if (error.code === 'config') throw error
    return hop(asked.returnTo, await errorCookie(context, held, error))
  }
}

async function leave(context: BackendContext, held: Held, asked: SignInRequest): Promise<Response> {
  const session = { active: () => context.sessions.latest(held.carried) }
  const request = await authorizationRequest({ ...context, session }, asked)
  return redirect(request.url, await keep(context, held, request.state, request.transaction))
}

/**
 * The cookie with the error of a failed sign-in. The page gets the error with its next `GET session`. Each has a name
 * of its own, so that a late answer that removes one does not remove a later one. It is `Lax`, so that the browser
 * sends it on the way back from the server, where the next error replaces it.
 */
async function errorCookie(
  { jar, seal }: BackendContext,
  { cookies }: Held,
  error: AuthError,
): Promise<Cookies> {
  const time = 300_000
  const text = await seal.seal('error', toData(error), time)
  const name = `-error-${crypto.randomUUID().slice(-8)}`
  return [
    ...jar.write(cookies, name, text, { lifetime: time, sameSite: 'Lax' }),
    ...jar.names(cookies, '-error-').flatMap((old) => jar.remove(old, 1)),
  ]
}

/**
 * `GET callback`: finish the sign-in, and take the browser back to the app.
 *
 * @throws Refusal for an answer that no sign-in of this browser waits for
 * @see [RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)
 */
export async function callback(context: BackendContext, request: Request): Promise<Response> {
  checkNavigation(request)
  const { config, backend, sessions } = context
  const held = await sessions.load(request)
  const { search } = new URL(request.url)
  const answer = readAnswer(`${config.redirectUri}${search}`, config.redirectUri)
  const state = answer.get('state') ?? ''
  const waiting = await take(context, held, state)
  if (!waiting) throw new Refusal(400, new AuthError('unknown_transaction'))
  const done = forget(context, held, state)
  try {
    const transaction = own({ ...waiting, server: await context.discover(), pushed: undefined })
    const created = await redeem(context, transaction, answer)
    const again = await withConsent(context, transaction, created)
    if (again) return await leave(context, held, own(again))
    const { session, user, identity, idToken, refreshToken, resource, tokens, endsAt } = created
    const begun: BackendSession = {
      v: 1,
      id: crypto.randomUUID(),
      version: 1,
      endsAt: Math.min(Date.now() + backend.lifetime, endsAt ?? Infinity),
      session,
      user,
      identity,
      idToken,
      refreshToken,
      resource,
      tokens,
      logout: backend.store && (await logoutOf(identity, idToken)),
    }
    const cookies = await sessions.begin(held.cookies, begun)
    return hop(waiting.returnTo, [...cookies, ...done])
  } catch (failure) {
    if (!isKnown(failure)) throw failure
    const told = await errorCookie(context, held, fromServer(failure))
    return hop(waiting.returnTo, [...told, ...done])
  }
}

/** Whether a failure belongs to the sign-in, and is not a fault of this program. */
const isKnown = (failure: unknown): boolean =>
  isAuthError(failure) || !(failure instanceof TypeError || failure instanceof RangeError)
