import { AuthError, isAuthError, type AuthErrorCode, type OAuthErrorFields } from '../../errors.js'
import { withoutSecrets } from './secrets.js'

export type Json = Record<string, unknown>

/** An answer of the server that is not a success, as far as it can be read. */
export class ErrorResponse {
  readonly status: number
  readonly oauth: OAuthErrorFields | undefined
  /** Whether it is neither empty nor JSON, such as the page of a proxy. */
  readonly isPage: boolean
  /** Milliseconds that the server asks to wait; NaN where it does not ask. */
  readonly retryAfter: number

  /** @param sent the secrets that the request held */
  constructor(
    { status, headers }: Response,
    text: string,
    json: Json,
    sent: readonly string[] = [],
  ) {
    this.status = status
    this.oauth = oauthFields(json, sent)
    this.isPage = !!text.trim() && Object.keys(json).length === 0
    const after = headers.get('retry-after')
    // Seconds, or a date. RFC 9110 §10.2.3.
    const ms = after ? Number(after) * 1000 || Date.parse(after) - Date.now() : NaN
    this.retryAfter = Math.min(Math.max(ms, 1000), 60_000)
  }
}

/** The server gave tokens that cannot be used. The code or refresh token that was presented for them is spent. */
export class UnusableTokens {
  readonly error: AuthError

  constructor(failure: unknown, sent: readonly string[]) {
    this.error = fromServer(failure, sent)
  }
}

/**
 * The OAuth error in an answer, if there is one. It is copied as text of bounded length, without secrets.
 *
 * @param sent the secrets that were sent to the server
 * @see [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)
 */
export function oauthFields(json: Json, sent: readonly string[]): OAuthErrorFields | undefined {
  const text = (name: string): string | undefined =>
    typeof json[name] === 'string' ? withoutSecrets(json[name], sent).slice(0, 500) : undefined
  const error = text('error')
  return error
    ? { error, description: text('error_description'), uri: text('error_uri') }
    : undefined
}

/** Whether the server expects a secret from the client, or another secret. Each server says so in its own way. */
export const refusesClient = ({ error, description }: OAuthErrorFields): boolean =>
  /invalid_client|client.(secret|assertion|credentials)/i.test(`${error} ${description}`)

/**
 * The `AuthError` for an `error` of the authorization or token endpoint.
 *
 * @param wasAsked whether the server could ask the user: then `consent_required` means that the user refused
 */
export function oauthError(oauth: OAuthErrorFields, wasAsked = false): AuthError {
  const { error, description } = oauth
  let code: AuthErrorCode = 'oauth_error'
  if (error === 'access_denied' || (wasAsked && error === 'consent_required'))
    code = 'access_denied'
  else if (/^(interaction|login|consent|account_selection)_required$/.test(error))
    code = 'interaction_required'
  else if (/^(server_error|temporarily_unavailable)$/.test(error)) code = 'server_error'
  const said = description ? `${error}: ${description}` : error
  const quoted = code === said ? '' : `It said "${said.slice(0, 500)}".`
  const remedy = refusesClient(oauth) ? ' Register a public client: a page keeps no secret.' : ''
  return new AuthError(code, quoted + remedy, oauth)
}

function errorResponse({ status, oauth }: ErrorResponse): AuthError {
  const place = status === 404 ? ' The URL of this endpoint may be wrong.' : ''
  const detail = status ? `Its status was ${status}.${place}` : 'It was a redirect.'
  if (status === 429) return new AuthError('rate_limited')
  if (status >= 500) return new AuthError('server_error', detail)
  return oauth ? oauthError(oauth) : new AuthError('invalid_response', detail)
}

/** The parts of an error of oauth4webapi that are read. No other part may reach an `AuthError`. */
interface Check {
  readonly now?: number
  readonly claims?: Json
  readonly claim?: string
  readonly header?: Json
}

/**
 * By how much this device's clock differs from the server's: the token was issued a moment ago, so `iat` is the
 * server's time.
 */
function clockOffset({ now = NaN, claims }: Check): string {
  const off = Math.round(now - Number(claims?.['iat']))
  return off ? `It is ${Math.abs(off)} s ${off > 0 ? 'ahead' : 'behind'}.` : ''
}

/** Which claim of the ID token is wrong, and why. */
function wrongClaim(
  message: string,
  { claim, claims, header }: Check,
  sent: readonly string[],
): string {
  const name = claim ?? /"(\w+)"/.exec(message)?.[1]
  const value = name === 'iss' ? claims?.['iss'] : name === 'alg' && header?.['alg']
  if (!name) return ''
  if (typeof value === 'string')
    return `Its \`${name}\` is "${withoutSecrets(value, sent).slice(0, 200)}".`
  return `Its \`${name}\` is ${message.endsWith('missing') ? 'missing' : 'wrong'}.`
}

/**
 * The one place where errors of oauth4webapi become `AuthError`s. Their messages and `cause` hold bodies and
 * parameters, so only names, an issuer and an algorithm are copied from them.
 *
 * @param sent the secrets that were sent to the server
 */
export function fromServer(error: unknown, sent: readonly string[] = []): AuthError {
  if (isAuthError(error)) return error
  if (error instanceof UnusableTokens) return error.error
  return error instanceof ErrorResponse
    ? errorResponse(error)
    : libraryError(error as Error & { code?: string }, sent)
}

function libraryError(
  { code = '', message = '', cause }: Partial<Error> & { code?: string },
  sent: readonly string[],
): AuthError {
  const check = (cause ?? {}) as Check
  if (/TIMESTAMP/.test(code)) return new AuthError('clock_skew', clockOffset(check))
  if (/JWT|ID Token/.test(code + message))
    return new AuthError('invalid_id_token', wrongClaim(message, check, sent))
  if (/UNSUPPORTED/.test(code)) return new AuthError('unsupported')
  const [, member] = /body "(\w+)"/.exec(message) ?? []
  const hint = member === 'access_token' ? ' Some servers give one only for a scope of an API.' : ''
  return new AuthError(
    'invalid_response',
    member && `Its \`${member}\` is missing or not text.${hint}`,
  )
}
