import type { AuthErrorCode } from './errors.js'

/** Who takes part: the lanes of the sequence diagram. */
export type TraceActor =
  'user' | 'client' | 'authorization server' | 'resource server' | 'other tab'

/**
 * Text without anything that looks like a secret. Only `src/vault/optional/redact.ts` makes it, and no other
 * text passes for it.
 */
export type TraceText = string & { readonly 'without secrets': true }

/** A request, and the status of its answer. */
export interface TraceRequest {
  readonly method: 'GET' | 'POST' | 'other'
  /** Origin and path. */
  readonly url: TraceText
  readonly status?: number
}

/** A request to a resource. */
export interface TraceCall extends TraceRequest {
  /** How it carries a token. */
  readonly token: 'bearer' | 'dpop' | 'none'
}

/** What an API demands by `WWW-Authenticate`. `none`: it demands nothing, or CORS hides it. */
export type TraceChallenge =
  | 'invalid_token'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'use_dpop_nonce'
  | 'other'
  | 'none'

/** What is told of each step. No member can hold a token, a code, a verifier or a body. */
export interface TraceDetails {
  /** `signIn()` was called. */
  readonly click: Readonly<Record<never, never>>
  /** The code verifier was made; with DPoP, a key too. */
  readonly verifier: { readonly hasKey: boolean }
  readonly discovery: TraceRequest
  readonly jwks: TraceRequest
  readonly par: TraceRequest
  /** The browser leaves for the authorization endpoint; for a `link` it may leave, for a `popup` the page stays. */
  readonly authorize: { readonly url: TraceText; readonly via: 'redirect' | 'link' | 'popup' }
  /** The user was at the authorization server. */
  readonly login: Readonly<Record<never, never>>
  /** The browser came back. */
  readonly callback: { readonly has: 'code' | 'error' | 'neither' }
  /** The code is sent to the token endpoint. */
  readonly exchange: TraceRequest
  /** The refresh token is sent to the token endpoint. */
  readonly refresh: TraceRequest
  /** Tokens came, and were checked. */
  readonly tokens: {
    readonly type?: 'bearer' | 'dpop'
    /** How long the access token lives; `undefined` where the server does not say. */
    readonly seconds?: number | undefined
    readonly hasRefreshToken?: boolean
    readonly hasIdToken?: boolean
  }
  readonly userinfo: TraceRequest
  readonly call: TraceCall
  /** The call once more: with another token, or with the nonce that was asked for. */
  readonly retry: TraceCall
  readonly answer: { readonly status: number; readonly challenge: TraceChallenge }
  /** The API wants a stronger or more recent sign-in. */
  readonly 'step-up': Readonly<Record<never, never>>
  /** This tab shows another record of the store than before. */
  readonly store: {
    readonly holds: 'nothing' | 'session' | 'sign-out' | 'refused' | 'expired'
    /** Of the first resource's access token; milliseconds since the epoch. */
    readonly receivedAt?: number | undefined
    readonly expiresAt?: number | undefined
    readonly isRenewable?: boolean
  }
  /** Another tab presents the refresh token: this one waits for it. */
  readonly lease: Readonly<Record<never, never>>
  /** The refresh token is presented again later. */
  readonly backoff: { readonly until: number }
  /** Another tab said so. */
  readonly tab: { readonly fact: 'changed' | 'sign-out' }
  /** What the app is shown. */
  readonly state: {
    readonly status: 'loading' | 'signed-out' | 'signed-in'
    /** Whether `stale` is set. */
    readonly isStale: boolean
  }
  readonly 'sign-out': { readonly isLocal: boolean }
  readonly revocation: TraceRequest
  /** The browser leaves for the end of the session at the server. */
  readonly 'end-session': { readonly url: TraceText }
}

export type TraceStep = keyof TraceDetails

/** One step, as it is told of. */
export interface TraceEventOf<Step extends TraceStep> {
  /** A step that takes time is told of twice under one id: when it begins, and when it ends. */
  readonly id: string
  readonly step: Step
  readonly from: TraceActor
  readonly to: TraceActor
  /** When it began; milliseconds since the epoch. */
  readonly at: number
  /** When it ended. */
  readonly end?: number
  readonly outcome: 'pending' | 'ok' | 'failed'
  readonly error?: AuthErrorCode | undefined
  /** What exactly went wrong, and what to do about it. */
  readonly hint?: TraceText | undefined
  readonly detail: TraceDetails[Step]
}

/** A union on `step`. It is plain data. */
export type TraceEvent = { [Step in TraceStep]: TraceEventOf<Step> }[TraceStep]
