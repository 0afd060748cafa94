import type { Caller, Claims, Session, Snapshot } from '../door.js'
import type { ErrorData } from '../errors.js'
import { own } from '../lib/own.js'
import type { AuthorizationServer } from '../options.js'

/** An access token as it is stored. Times are milliseconds since the epoch. */
export interface Token {
  readonly value: string
  /** `dpop`: useless without a proof. Missing in older records. */
  readonly type?: Session['tokenType']
  /** When it was requested. The server counts its life from that moment or a later one. */
  readonly receivedAt: number
  /** `Number.MAX_SAFE_INTEGER` if the server does not say: then the token is used until a 401. */
  readonly expiresAt: number
  /** When a 401 was last the reason to refresh this token. */
  readonly forcedAt?: number
}

/**
 * The key that tokens are bound to. No script can read its private part.
 *
 * @see [RFC 9449 §2](https://www.rfc-editor.org/rfc/rfc9449#section-2)
 */
export interface ProofKey {
  readonly alg: string
  readonly privateKey: CryptoKey
  /**
   * The public part, its members in the order that the thumbprint needs.
   *
   * @see [RFC 7638 §3](https://www.rfc-editor.org/rfc/rfc7638#section-3)
   */
  readonly jwk: Pick<JsonWebKey, 'crv' | 'kty' | 'x' | 'y'>
}

/**
 * The claims of the sign-in's ID token that every later ID token must repeat.
 *
 * @see [OpenID Connect Core §12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)
 */
export interface Identity {
  readonly iss: string
  readonly sub: string
  readonly aud: readonly string[]
  readonly azp: unknown
  readonly auth_time: unknown
  readonly nonce?: unknown
}

/** The right to present the record's refresh token, written into the record before the request. */
export interface Lease {
  /** The name of the attempt, and of the Web Lock that its tab holds as long as it lives. */
  readonly attempt: string
  readonly at: number
  /** The same moment by the monotonic clock, which cannot be set. */
  readonly steady?: number
  /** How often this refresh token was presented without a known outcome. */
  readonly tries: number
  /** Its tab got no Web Lock, so nothing shows whether it lives. */
  readonly unlocked?: boolean | undefined
  /** The attempt is done; the rest of the lease says what the next one has to wait for. */
  readonly settled?: boolean
  /** When the next attempt may begin. */
  readonly until?: number | undefined
  readonly error?: ErrorData | undefined
  /** When the server first refused this token without saying that it is dead. */
  readonly refusedAt?: number | undefined
  /** When an earlier attempt began that was overtaken, and that the server may still answer. */
  readonly prior?: number | undefined
}

/** What the app asked for at a sign-in. A later release of the app may ask for something else. */
export interface Asked {
  /** The key of the token that the sign-in gave. */
  readonly key: string
  readonly scope: string
  /** The `audience` in the option `params`, a parameter that several servers know. */
  readonly audience: string | undefined
}

interface Stored {
  readonly v: 1
  /** Random; a new sign-in has a new one. */
  readonly id: string
  /** Counts every change under this key, and never restarts. */
  readonly version: number
}

/** What a sign-in brings. */
export interface NewSession {
  /** When its first tokens were requested. Missing in older records. */
  readonly requestedAt?: number | undefined
  /** When the session ends, even if it is refreshed. */
  readonly endsAt?: number | undefined
  readonly server: AuthorizationServer
  readonly session: Session
  readonly user: Claims
  readonly identity: Identity | undefined
  readonly idToken: string | undefined
  readonly refreshToken: string | undefined
  /**
   * The resource that the first token was requested for. A refresh requests that token for the same resource.
   *
   * @see [RFC 8707 §2.2](https://www.rfc-editor.org/rfc/rfc8707#section-2.2)
   */
  readonly resource?: string | undefined
  readonly asked?: Asked | undefined
  readonly key?: ProofKey | undefined
  /** By resource key. */
  readonly tokens: Readonly<Record<string, Token>>
}

/** A session as it is stored: one for each issuer and client. */
export interface Active extends Stored, NewSession {
  readonly ended?: undefined
  readonly lease?: Lease | undefined
}

/** What is left of a session that ended: its id and why, and no secret. */
export interface Tombstone extends Stored {
  /** The user signed out; the server refused the refresh token; or its time was over. */
  readonly ended: 'sign-out' | 'refused' | 'expired'
  /**
   * SHA-256 of the refresh token that the server refused. If a request with that very token still succeeds, the
   * session is revived.
   */
  readonly refused?: string | undefined
}

export type SessionRecord = Active | Tombstone

/** How a session is renewed. */
export interface Renewal {
  readonly by: 'refresh-token'
  readonly refreshToken: string
}

export const renewalOf = ({ refreshToken }: Active): Renewal | undefined =>
  refreshToken ? { by: 'refresh-token', refreshToken } : undefined

export const canRenew = (record: Active): boolean => renewalOf(record) !== undefined

const isObject = (value: unknown): boolean => value === Object(value)
const finite = (value: number | undefined): number | undefined =>
  Number.isFinite(value) ? value : undefined

/** Whether a newer version of this library wrote this record, which this version can neither read nor replace. */
export function isNewer(stored: unknown): boolean {
  const { v } = own(stored as Partial<Stored>)
  return typeof v === 'number' && v > 1
}

/** Whether a stored token has a value and finite times. Any other counts as missing. */
const isToken = ([, { value, receivedAt, expiresAt, forcedAt = 0 }]: [string, Token]): boolean =>
  typeof value === 'string' && [receivedAt, expiresAt, forcedAt].every(Number.isFinite)

/** What is stored under the session's key, if it is a session record. */
export function readRecord(stored: unknown): SessionRecord | undefined {
  const record = own(stored as Active)
  const { v, id, version, server, session, user, tokens, ended } = record
  if (v !== 1 || typeof id !== 'string' || typeof version !== 'number') return undefined
  if (ended) return record
  if (![server, session, user, tokens].every(isObject)) return undefined
  const all = Object.entries(tokens).map(([key, token]): [string, Token] => [key, own(token)])
  const sound = Object.fromEntries(all.filter(isToken))
  const times = { requestedAt: finite(record.requestedAt), endsAt: finite(record.endsAt) }
  return own({ ...record, ...times, server: own(server), tokens: own(sound) })
}

/** The session, if there is one and it has not ended. */
export const activeOf = (record: SessionRecord | undefined): Active | undefined =>
  record?.ended ? undefined : record

export const callerOf = ({ id, user }: Active): Caller => ({ id, sub: user.sub })

export const tombstoneOf = (
  { id, version }: Active,
  ended: Tombstone['ended'],
  refused?: string,
): Tombstone => ({ v: 1, id, version: version + 1, ended, refused })

/** The state that a record stands for. */
export function toSnapshot(record: SessionRecord | undefined, error?: ErrorData): Snapshot {
  const active = activeOf(record)
  if (!active) return { status: 'signed-out', error }
  const { id, user, session, lease } = active
  return { status: 'signed-in', id, user, session, stale: error ?? lease?.error }
}
