import type { ErrorData } from '../../errors.js'
import type { BackendPreset } from '../options.js'
import {
  answer,
  askedOf,
  noSession,
  refusal,
  signedOut,
  unexpected,
  type Asked,
} from './answers.js'
import { askAgent, version } from './curity-agent.js'
import { renew } from './curity-refresh.js'
import { begin, failureOf, takeAnswer } from './curity-sign-in.js'

/** The agent's answer about the session. */
interface Told {
  readonly is_logged_in?: unknown
  readonly id_token_claims?: Readonly<Record<string, unknown>> | null
}

/** @param claims of the ID token, if there was one */
function signedIn(base: string, claims: Told['id_token_claims']): Response {
  const user = claims ?? {}
  const { sid, sub, iss, acr, auth_time: authTime } = user
  if (typeof sub !== 'string')
    return refusal('invalid_response', 'It names no user: give its client the scope `openid`.')
  return answer({
    status: 'signed-in',
    // Without `sid` the time of the sign-in tells two sessions of one user apart.
    id: String(sid ?? `${sub} ${authTime}`),
    user,
    session: { issuer: iss ?? base, scope: [], tokenType: 'bearer', acr, authTime },
  })
}

/** @param error of a failed sign-in; the page gets it only if there is no session from before */
async function sessionIn(asked: Asked, told: Response, error?: ErrorData): Promise<Response> {
  // The agent can no longer read its cookies.
  if (told.status === 401) return signedOut(asked)
  const json = (await told.json().catch(() => undefined)) as Told | undefined
  if (told.status !== 200 || typeof json?.is_logged_in !== 'boolean')
    return unexpected(told, asked.base)
  if (json.is_logged_in) return signedIn(asked.base, json.id_token_claims)
  return error ? answer({ status: 'signed-out', error }) : signedOut(asked)
}

const askSession = ({ base, signal }: Asked): Promise<Response> =>
  askAgent(`${base}/session`, { signal })

/** The session. If the address has the answer to a sign-in, that sign-in is finished first. */
async function session(asked: Asked): Promise<Response> {
  const { base, signal } = asked
  // Before the first `await`, so that no router reads the code.
  const arrived = takeAnswer(base)
  if (!arrived) return sessionIn(asked, await askSession(asked))
  try {
    const form = { method: 'POST', body: arrived.answer, signal }
    const ended = await askAgent(`${base}/login/end`, form)
    if (ended.ok) return await sessionIn(asked, ended)
    const error = await failureOf(ended, arrived.answer)
    return await sessionIn(asked, await askSession(asked), error)
  } finally {
    await arrived.goHome()
  }
}

async function refresh(asked: Asked): Promise<Response> {
  return (await renew(asked.base)) === 'ended'
    ? noSession()
    : sessionIn(asked, await askSession(asked))
}

async function signOut(
  { base, body, signal }: Asked,
  keepalive: boolean | undefined,
): Promise<Response> {
  const init = { method: 'POST', signal, keepalive: !!keepalive }
  const ended = await askAgent(`${base}/logout`, init)
  if (ended.status === 401) return answer({})
  if (!ended.ok) return unexpected(ended, `${base}/logout`)
  const { logout_url: url } = (await ended.json().catch(() => ({}))) as { logout_url?: unknown }
  // Only a sign-out that leaves the page says `local: false`. One that failed earlier is repeated without a visit.
  return answer(body['local'] === false ? { url } : {})
}

/** A call to an API behind the OAuth proxy. After a 401 it is sent once more, with renewed cookies. */
async function call(base: string, init: RequestInit, url: string): Promise<Response> {
  const headers = new Headers([...new Headers(init.headers), ...Object.entries(version)])
  const send = (): Promise<Response> => fetch(url, { ...init, headers })
  const since = Date.now()
  const answered = await send()
  // A stream can be sent once.
  if (answered.status !== 401 || 'duplex' in init) return answered
  const outcome = await renew(base, since).catch(() => 'failed')
  if (outcome === 'ended') return refusal('not_signed_in', 'It has no session.', 401)
  return outcome === 'renewed' ? send() : answered
}

/**
 * The Token Handler of Curity. Its OAuth agent is the backend, at a path of the app's origin. APIs behind its OAuth
 * proxy need any `name` in `resources`. The page gets no token. The redirect URI is a page of the app that calls
 * `start()`.
 *
 * @see [its JavaScript client](https://github.com/curityio/token-handler-js-assistant)
 */
export const curity: BackendPreset = {
  async fetch(url, init, called, backend) {
    if (called) return call(`${backend?.href}`, init, called)
    const asked = askedOf(url, init)
    if (asked.route === 'sign-out') return signOut(asked, init.keepalive)
    if (asked.route === 'token')
      return refusal('unsupported', 'This backend keeps the tokens: give the resource a `name`.')
    return asked.body['refresh'] ? refresh(asked) : session(asked)
  },
  signInUrl: begin,
}
