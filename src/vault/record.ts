import { own, type AuthorizationServer } from '../config.js'
import type { Claims, Session, Snapshot } from '../door.js'
import type { ErrorData } from '../errors.js'

/** An access token as it is kept. Times are milliseconds since the epoch. */
export interface Token {
  readonly value: string
  /** `dpop`: of no use without a proof. Older records do not say. */
  readonly type?: Session['tokenType']
  /** When it was asked for: the server counts its life from then at the earliest. */
  readonly receivedAt: number
  /** The end of days where the server does not say: then it serves until a 401. */
  readonly expiresAt: number
}

/** The key that tokens are bound to. No script can read the private one. @see RFC 9449 section 2 */
export interface ProofKey {
  readonly alg: string
  readonly privateKey: CryptoKey
  /** The public one, its members in the order that its thumbprint wants. @see RFC 7638 section 3 */
  readonly jwk: Pick<JsonWebKey, 'crv' | 'kty' | 'x' | 'y'>
}

/** What the ID token of the sign-in said that every later one must repeat. @see OpenID Connect Core section 12.2 */
export interface Identity {
  readonly iss: string
  readonly sub: string
  readonly aud: readonly string[]
  readonly azp: unknown
  readonly auth_time: unknown
  readonly nonce?: unknown
}

/** The write-ahead mark: whoever wrote it may present this record's refresh token. */
export interface Mark {
  /** Names the presentation, and the Web Lock that its tab holds while it lives. */
  readonly attempt: string
  readonly at: number
  /** The same moment by a clock that goes on when somebody sets the wall clock. */
  readonly steady?: number
  /** Presentations of this refresh token whose outcome nobody knows. */
  readonly tries: number
  /** The attempt has its answer; the rest of the mark says what is to be waited for. */
  readonly settled?: boolean
  /** Nobody asks again before this time. */
  readonly until?: number
  readonly error?: ErrorData | undefined
  /** When the server first answered this token with nothing at all. */
  readonly emptyAt?: number
  /** When an attempt began that was overtaken, and may still be answered. */
  readonly prior?: number
}

interface Kept {
  readonly v: 1
  /** Random; a new sign-in has a new one. */
  readonly id: string
  /** Counts every change under this key, and never restarts. */
  readonly version: number
}

/** What a sign-in brings. */
export interface Fresh {
  readonly server: AuthorizationServer
  readonly session: Session
  readonly user: Claims
  readonly identity: Identity | undefined
  readonly idToken: string | undefined
  readonly refreshToken: string | undefined
  /** What the first token was asked for; it is renewed for the same. @see RFC 8707 section 2.2 */
  readonly resource?: string | undefined
  readonly key?: ProofKey | undefined
  /** By resource key. */
  readonly tokens: Readonly<Record<string, Token>>
}

/** A session as it is kept, one under each issuer and client. */
export interface Active extends Kept, Fresh {
  readonly ended?: undefined
  /** When a 401 last forced a refresh. */
  readonly forcedAt?: number
  readonly mark?: Mark | undefined
}

/** What is left of a session that ended: no secret, only its name and why. */
export interface Tombstone extends Kept {
  readonly ended: 'sign-out' | 'refused'
  /** SHA-256 of the refresh token that was refused: a late success for that very one lifts the stone. */
  readonly refused?: string | undefined
}

export type SessionRecord = Active | Tombstone

const isObject = (value: unknown): boolean => value === Object(value)

/** Whether a newer version of this library wrote it: not ours to understand, nor to write over. */
export function isNewer(stored: unknown): boolean {
  const { v } = own(stored as Partial<Kept>)
  return typeof v === 'number' && v > 1
}

/** What is stored under the session's key, if it is one of ours. */
export function readRecord(stored: unknown): SessionRecord | undefined {
  const record = own(stored as Active)
  const { v, id, version, server, session, user, tokens, ended } = record
  if (v !== 1 || typeof id !== 'string' || typeof version !== 'number') return undefined
  if (!ended && ![server, session, user, tokens].every(isObject)) return undefined
  return own({ ...record, server: server && own(server) })
}

/** The session itself, if there is one and it has not ended. */
export const living = (record: SessionRecord | undefined): Active | undefined =>
  record?.ended ? undefined : record

/** The state that a record means. */
export function toSnapshot(record: SessionRecord | undefined, trouble?: ErrorData): Snapshot {
  const active = living(record)
  if (!active) return { status: 'signed-out', error: trouble }
  const { id, user, session, mark } = active
  return { status: 'signed-in', id, user, session, stale: trouble ?? mark?.error }
}
