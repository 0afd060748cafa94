import { AuthError, isAuthError, toData } from '../errors.js'

/** Headers of every answer: no cache keeps it, no browser guesses its type, no link from it sends a referrer. */
const always = {
  // With this header the page tells an error of the backend from an answer of an API.
  'x-pixy-auth': '1',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

/** `Set-Cookie` lines. */
export type Cookies = readonly string[]

function respond(body: string | null, init: ResponseInit, cookies: Cookies): Response {
  const headers = new Headers({ ...always, ...(init.headers as Record<string, string>) })
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(body, { ...init, headers })
}

export const json = (value: object, status = 200, cookies: Cookies = []): Response =>
  respond(
    JSON.stringify(value),
    { status, headers: { 'content-type': 'application/json' } },
    cookies,
  )

export const redirect = (url: string, cookies: Cookies): Response =>
  respond(null, { status: 302, headers: { location: url } }, cookies)

/** @param scripts the `script-src` of its `Content-Security-Policy`; empty if no script may run */
function page(head: string, scripts: string, cookies: Cookies): Response {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; frame-ancestors 'none'${scripts}`,
  }
  const html = `<!doctype html><meta charset="utf-8"><title>…</title>${head}`
  return respond(html, { headers }, cookies)
}

/**
 * A page that navigates to `url` at once. For the browser this navigation starts at the app's own origin, so it
 * sends cookies with `SameSite=Strict`. It would not send them after a redirect from another site.
 */
export function hop(url: string, cookies: Cookies): Response {
  const escaped = url.replace(/[&"<>]/g, (char) => `&#${char.charCodeAt(0)};`)
  return page(`<meta http-equiv="refresh" content="0;url=${escaped}">`, '', cookies)
}

/** A page that runs one script, and nothing else. */
export function scriptPage(script: string): Response {
  const nonce = crypto.randomUUID()
  return page(`<script nonce="${nonce}">${script}</script>`, `; script-src 'nonce-${nonce}'`, [])
}

/** A refusal of a request, with its status. */
export class Refusal {
  readonly status: number
  readonly error: AuthError
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, error: AuthError, headers: Readonly<Record<string, string>> = {}) {
    this.status = status
    this.error = error
    this.headers = headers
  }
}

function statusOf({ code, retryable }: AuthError): number {
  if (/^(not_signed_in|session_ended)$/.test(code)) return 401
  if (/^(insufficient_scope|interaction_required|access_denied|url_not_allowed)$/.test(code))
    return 403
  // What failed is behind the app's server, and the same request may succeed later.
  if (retryable) return 503
  if (code === 'account_changed') return 409
  return code === 'config' || code === 'unknown_transaction' ? 400 : 502
}

/** The answer that tells the page of a failure: the error's code and texts, never its `cause`. */
export function refusal(failure: unknown, cookies: Cookies = []): Response {
  if (failure instanceof Refusal) {
    const { status, error, headers } = failure
    const answer = json({ error: toData(error) }, status, cookies)
    for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value)
    return answer
  }
  // Any other failure is a fault of this server, and its message may contain a secret.
  const error = isAuthError(failure) ? failure : new AuthError('server_error')
  return json({ error: toData(error) }, isAuthError(failure) ? statusOf(error) : 500, cookies)
}
