import { AuthError, toData, type ErrorData } from '../../errors.js'
import { withTimeout } from '../../lib/timeout.js'
import { isSecure, parseUrl } from '../../lib/url.js'
import { replaceAddress } from '../../page/location.js'
import { oauthError, oauthFields } from '../../vault/token/errors.js'
import { paramsOf, pathOf } from './answers.js'
import { askAgent } from './curity-agent.js'

/** The sign-in for which this tab left the app. */
interface Left {
  /** The path of the app where the user lands after the sign-in. */
  readonly returnTo: string
  /** The `state` of the request; empty if the agent pushed the request to the server. */
  readonly state: string
}

const nameOf = (base: string): string => `pixy-auth:sign-in:${base}`

/**
 * Begin a sign-in. The agent says where the browser goes.
 *
 * @throws AuthError `unsupported` for a link, `network`, `timeout`, `server_error`, `oauth_error`, `invalid_response`
 */
export async function begin(url: URL, via?: string): Promise<string> {
  if (via === 'link')
    throw new AuthError('unsupported', 'This backend has no links to sign in: call `signIn()`.')
  const base = url.href.replace(/\/sign-in\?.*$/, '')
  const giveUp = new AbortController()
  const init = { method: 'POST', body: paramsOf(url), signal: giveUp.signal }
  const asked = askAgent(`${base}/login/start`, init).catch(() => {
    throw new AuthError('network')
  })
  const started = await withTimeout(10_000, asked, () => giveUp.abort())
  if (!started.ok) throw refused(started, await codeIn(started))
  const json = (await started.json().catch(() => undefined)) as { authorization_url?: unknown }
  const place = parseUrl(String(json?.authorization_url))
  if (!place || !isSecure(place)) throw new AuthError('invalid_response')
  const left: Left = { returnTo: pathOf(url), state: place.searchParams.get('state') ?? '' }
  try {
    sessionStorage.setItem(nameOf(base), JSON.stringify(left))
  } catch {
    throw new AuthError('storage')
  }
  return place.href
}

/** The answer of the server in the address of this page, and the way back to where the user was. */
export interface Arrived {
  readonly answer: URLSearchParams
  goHome(): Promise<void>
}

const parameters = /^(code|state|iss|response|session_state|error|error_description|error_uri)$/

/** @see [RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2) */
const isAnswer = (query: URLSearchParams): boolean =>
  query.has('response') || (query.has('state') && (query.has('code') || query.has('error')))

/** The sign-in for which this tab left the app. It is given once. */
function takeLeft(base: string, answer: URLSearchParams): Left | undefined {
  try {
    const left = JSON.parse(sessionStorage.getItem(nameOf(base)) ?? '') as Left
    // The answer is to another sign-in, such as one of the app itself at another server.
    if (answer.has('state') && left.state && left.state !== answer.get('state')) return undefined
    sessionStorage.removeItem(nameOf(base))
    return left
  } catch {
    return undefined
  }
}

/**
 * Take the answer to a sign-in of this tab out of the address bar, before this call returns: no router, `Referer` or
 * history entry has the code afterwards.
 */
export function takeAnswer(base: string): Arrived | undefined {
  const url = parseUrl(globalThis.location?.href)
  if (!url || !isAnswer(url.searchParams)) return undefined
  const left = takeLeft(base, url.searchParams)
  if (!left) return undefined
  const all = [...url.searchParams]
  const isOurs = ([name]: [string, string]): boolean => parameters.test(name)
  url.search = new URLSearchParams(all.filter((one) => !isOurs(one))).toString()
  replaceAddress(url.href)
  const answer = new URLSearchParams(all.filter(isOurs))
  return {
    answer,
    async goHome() {
      const chunk = await import('./curity-home.js').catch(() => undefined)
      chunk?.goHome(answer.get('state') ?? '', url.href, left.returnTo)
    },
  }
}

async function codeIn(answered: Response): Promise<string> {
  const json = (await answered.json().catch(() => undefined)) as { error_code?: unknown }
  return String(json?.error_code ?? '')
    .replace(/[^\w-]/g, '')
    .slice(0, 100)
}

function refused({ status }: Response, code: string): AuthError {
  if (status >= 500) return new AuthError('server_error', `Its status was ${status}.`)
  return new AuthError('oauth_error', code ? `It said "${code}".` : `Its status was ${status}.`)
}

/** The error of a failed sign-in: from the server's answer, or from the agent's. */
export async function failureOf(ended: Response, answer: URLSearchParams): Promise<ErrorData> {
  const oauth = oauthFields(Object.fromEntries(answer), [])
  return toData(oauth ? oauthError(oauth) : refused(ended, await codeIn(ended)))
}
