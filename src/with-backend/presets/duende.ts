import { AuthError } from '../../errors.js'
import { own } from '../../lib/own.js'
import type { BackendPreset } from '../options.js'
import {
  answer,
  ask,
  askedOf,
  paramsOf,
  pathOf,
  refusal,
  signedOut,
  unexpected,
  type Asked,
} from './answers.js'

const csrf = { 'x-csrf': '1' }

type Claims = Record<string, unknown>

/** The claims, by type. A type that occurs several times becomes a list. */
function claimsIn(json: unknown): Claims | undefined {
  if (!Array.isArray(json)) return undefined
  const claims: Claims = own({})
  for (const { type, value } of json as { type: string; value: unknown }[])
    claims[type] = type in claims ? [claims[type], value].flat() : value
  return claims
}

/** What the user endpoint answers: the claims; `undefined` if no user is signed in; else an error for the page. */
async function userOf({ base, signal }: Asked): Promise<Claims | undefined | Response> {
  const user = await ask(`${base}/user`, { signal }, csrf)
  if (user.status === 401) return undefined
  const json: unknown = await user.json().catch(() => '')
  if (user.status !== 200 || json === '') return unexpected(user, `${base}/user`)
  return claimsIn(json)
}

async function session(asked: Asked): Promise<Response> {
  const claims = await userOf(asked)
  if (claims instanceof Response) return claims
  if (!claims) return signedOut(asked)
  const { sid, sub, acr, auth_time: time, iss } = claims
  const user = Object.fromEntries(
    Object.entries(claims).filter(([type]) => !type.startsWith('bff:')),
  )
  return answer({
    status: 'signed-in',
    id: String(sid ?? sub),
    user,
    session: {
      issuer: iss ?? asked.base,
      scope: [],
      tokenType: 'bearer',
      acr,
      authTime: time === undefined ? undefined : Number(time),
    },
  })
}

/**
 * The browser goes to the URL that the user endpoint names. For a sign-out without a visit to the server, a request
 * to the same URL ends the session; its redirect is not followed.
 */
async function signOut(asked: Asked): Promise<Response> {
  const claims = await userOf(asked)
  if (claims instanceof Response) return claims
  const place = claims?.['bff:logout_url']
  if (typeof place !== 'string') return answer({})
  const url = new URL(place, asked.base)
  // Only a sign-out that leaves the page says `local: false`. One that failed earlier is repeated without a visit.
  if (asked.body['local'] === false) return answer({ url: url.href })
  await ask(url.href, { signal: asked.signal }, csrf)
  return answer({})
}

/**
 * A call to an API of the backend's host, which adds the token. The host answers 401 if the session has ended,
 * and also if the API answers 401.
 */
async function call(base: string, init: RequestInit, url: string): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('x-csrf', '1')
  const answered = await fetch(url, { ...init, headers })
  if (answered.status !== 401) return answered
  const claims = await userOf({ base, route: 'session', body: {}, signal: init.signal })
  return claims ? answered : refusal('not_signed_in', 'It has no session.', 401)
}

/**
 * The backend of Duende (`Duende.BFF`). APIs below its host need any `name` in `resources`. The page gets no token.
 *
 * @see [its endpoints](https://docs.duendesoftware.com/bff/fundamentals/session/management/)
 */
export const duende: BackendPreset = {
  async fetch(url, init, called, backend) {
    if (called) return call(`${backend?.href}`, init, called)
    const asked = askedOf(url, init)
    if (asked.route === 'session') return session(asked)
    if (asked.route === 'sign-out') return signOut(asked)
    return refusal('unsupported', 'This backend keeps the tokens: give the resource a `name`.')
  },
  signInUrl(url) {
    const { prompt, ...rest } = Object.fromEntries(paramsOf(url))
    const [name] = Object.keys(rest)
    if (name) throw new AuthError('config', `${name}: this backend takes \`prompt\` alone.`)
    const login = new URL(url.href.replace(/\/sign-in\?.*$/, '/login'))
    login.searchParams.set('returnUrl', pathOf(url))
    if (prompt) login.searchParams.set('prompt', prompt)
    return login.href
  },
}
