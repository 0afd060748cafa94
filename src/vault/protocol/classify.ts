import { AuthError, isAuthError, type OAuthErrorFields, type Remedied } from '../../errors.js'
import { fault } from '../../remedies.js'

export type Json = Record<string, unknown>

/** An answer that was no success, as far as it can be read. Stays inside `protocol/`. */
export class Refusal {
  readonly status: number
  readonly oauth: OAuthErrorFields | undefined
  /** There was nothing in it. */
  readonly empty: boolean
  /** Milliseconds the server asks to be left alone for. */
  readonly retryAfter: number

  constructor({ status, headers }: Response, text: string, json: Json) {
    this.status = status
    this.oauth = oauthFields(json)
    this.empty = !text.trim()
    const after = headers.get('retry-after')
    // Seconds, or a date. RFC 9110 section 10.2.3.
    const ms = after ? Number(after) * 1000 || Date.parse(after) - Date.now() : NaN
    this.retryAfter = Math.min(Math.max(ms, 1000), 60_000)
  }
}

/** Tokens came, and are of no use: whatever was presented for them is spent. Stays inside `protocol/`. */
export class Unusable {
  readonly error: AuthError

  constructor(failure: unknown) {
    this.error = classify(failure)
  }
}

/** The error of an OAuth answer, if it is one: copied, as text of bounded length. @see RFC 6749 section 5.2 */
export function oauthFields(json: Json): OAuthErrorFields | undefined {
  const text = (name: string): string | undefined =>
    typeof json[name] === 'string' ? json[name].slice(0, 500) : undefined
  const error = text('error')
  return error
    ? { error, description: text('error_description'), uri: text('error_uri') }
    : undefined
}

/** The code for an `error` of the authorization or token endpoint. */
export function oauthError(oauth: OAuthErrorFields): AuthError {
  const { error } = oauth
  let code: Remedied = 'oauth_error'
  if (error === 'access_denied') code = error
  else if (/^(interaction|login|consent|account_selection)_required$/.test(error))
    code = 'interaction_required'
  else if (/^(server_error|temporarily_unavailable)$/.test(error)) code = 'server_error'
  return fault(code, code === error ? '' : `"${error}".`, oauth)
}

function refusal({ status, oauth }: Refusal): AuthError {
  const detail = status ? `Status ${status}.` : 'It redirects.'
  if (status === 429) return fault('rate_limited')
  if (status >= 500) return fault('server_error', detail)
  return oauth ? oauthError(oauth) : fault('invalid_response', detail)
}

/** By how much this device's clock and the server's differ: the token was issued a moment ago. */
function skew(cause: unknown): string {
  const { now, claims } = (cause ?? {}) as { now?: number; claims?: Json }
  const off = Math.round((now ?? NaN) - Number(claims?.['iat']))
  return off ? `It is ${Math.abs(off)} s ${off > 0 ? 'ahead' : 'behind'}.` : ''
}

/**
 * The one place where errors of oauth4webapi become ours. Their own messages and `cause` hold
 * bodies and parameters, so nothing of them goes on.
 */
export function classify(error: unknown): AuthError {
  if (isAuthError(error)) return error
  if (error instanceof Unusable) return error.error
  if (error instanceof Refusal) return refusal(error)
  const { code = '', message = '', cause } = error as Error & { code?: string }
  if (/TIMESTAMP/.test(code)) return fault('clock_skew', skew(cause))
  if (/JWT|ID Token/.test(code + message)) return fault('invalid_id_token')
  return /UNSUPPORTED/.test(code) ? new AuthError('unsupported') : fault('invalid_response')
}
