import type { AuthErrorCode } from './errors.js'

/** Who takes part: the lanes of the sequence diagram. */
export type TraceActor =
  'user' | 'client' | 'backend' | 'authorization server' | 'resource server' | 'other tab'

/**
 * Text without anything that looks like a secret. Only `src/lib/optional/redact.ts` makes it: any other text is
 * a type error.
 */
export type TraceText = string & { readonly 'without secrets': true }

/** A request, and the status of its answer. */
export interface TraceRequest {
  /** Its HTTP method. */
  readonly method: 'GET' | 'POST' | 'other'
  /** Origin and path. */
  readonly url: TraceText
  /** The HTTP status; missing where no answer came. */
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

/** The details of each step. No member can hold a token, a code, a verifier or a body. */
export interface TraceDetails {
  /** `signIn()` was called. */
  readonly click: Readonly<Record<never, never>>
  /**
   * A sign-in begins without a call of `signIn()`: `require()` needs one (`require`), a `link` is prepared, a
   * request is made ahead of a click (`prepare`), or the sign-in is repeated, to ask for consent to a refresh
   * token (`consent`) or because the server forgot a pushed request (`retry`). A sign-in in a hidden frame has
   * `iframe`, even if `signIn()` was called.
   */
  readonly begin: { readonly by: 'require' | 'link' | 'prepare' | 'iframe' | 'consent' | 'retry' }
  /** The code verifier was made; with DPoP, a key too. */
  readonly verifier: { readonly hasKey: boolean }
  /** The client asks for the server's metadata. */
  readonly discovery: TraceRequest
  /** The client asks for the keys that the server signs with. */
  readonly jwks: TraceRequest
  /** The authorization request is pushed to the server (RFC 9126). */
  readonly par: TraceRequest
  /**
   * The browser leaves for the authorization endpoint, or for the backend, which redirects there. For a `link`,
   * it leaves only if the user clicks; for a `popup` or `iframe` the page stays.
   */
  readonly authorize: {
    readonly url: TraceText
    readonly via: 'redirect' | 'link' | 'popup' | 'iframe'
  }
  /** The user was at the authorization server. */
  readonly login: Readonly<Record<never, never>>
  /** The browser came back. */
  readonly callback: { readonly has: 'code' | 'error' | 'neither' }
  /** The code is sent to the token endpoint. */
  readonly exchange: TraceRequest
  /** The refresh token is sent to the token endpoint, or the backend is asked to do so. */
  readonly refresh: TraceRequest
  /** Tokens came, and were checked. */
  readonly tokens: {
    readonly type?: 'bearer' | 'dpop'
    /** Seconds that the access token lives; `undefined` where the server does not say. */
    readonly seconds?: number | undefined
    readonly hasRefreshToken?: boolean
    readonly hasIdToken?: boolean
  }
  /** The app asked for `offline_access`, and no refresh token came: the session ends with its access token. */
  readonly 'no-refresh-token': Readonly<Record<never, never>>
  /** The client asks the backend for the session. */
  readonly session: TraceRequest
  /** The client asks the backend for an access token. */
  readonly token: TraceRequest
  /** The client asks for the claims of the user. */
  readonly userinfo: TraceRequest
  /**
   * A call of `auth.fetch`, even if it could not be sent. With a backend it may go to the backend. A call whose
   * URL matches no entry of `resources` is shown only if it failed, without its path, and with the method
   * `other`.
   */
  readonly call: TraceCall
  /** The call is sent once more: with another token, or with the nonce that the server asked for. */
  readonly retry: TraceCall
  /** What a resource answered. */
  readonly answer: { readonly status: number; readonly challenge: TraceChallenge }
  /** The API wants a stronger or more recent sign-in. */
  readonly 'step-up': Readonly<Record<never, never>>
  /** The record in the store has changed, and this tab shows the new one. */
  readonly store: {
    readonly holds: 'nothing' | 'session' | 'sign-out' | 'refused' | 'expired'
    /** When the first resource's access token came; milliseconds since the epoch. */
    readonly receivedAt?: number | undefined
    /** When it expires; milliseconds since the epoch. */
    readonly expiresAt?: number | undefined
    readonly isRenewable?: boolean
    /** The session had ended before this page read the store: it does not end now. */
    readonly isEarlier?: boolean
  }
  /** Another tab is presenting the refresh token: this tab waits for it. */
  readonly lease: Readonly<Record<never, never>>
  /** The refresh token is presented again later. */
  readonly backoff: {
    /** Milliseconds since the epoch. */
    readonly until: number
  }
  /** A message from another tab. `session`: with a backend, another session has begun. */
  readonly tab: { readonly fact: 'changed' | 'sign-out' | 'session' }
  /** The state that the app sees. */
  readonly state: {
    readonly status: 'loading' | 'signed-out' | 'signed-in'
    /** Whether `stale` is set. */
    readonly isStale: boolean
  }
  /** `signOut()` was called. */
  readonly 'sign-out': { readonly isLocal: boolean }
  /** The client asks the backend to end the session. */
  readonly forget: TraceRequest
  /** The refresh token is revoked at the server. */
  readonly revocation: TraceRequest
  /** The browser leaves for the page where the server ends its own session. */
  readonly 'end-session': { readonly url: TraceText }
}

/** The name of a step: what happened. */
export type TraceStep = keyof TraceDetails

/** One step, as a listener receives it. */
export interface TraceEventOf<Step extends TraceStep> {
  /** A step that takes time gives two events with one id: when it begins, and when it ends. */
  readonly id: string
  /** What happened. */
  readonly step: Step
  /** Where the arrow begins. */
  readonly from: TraceActor
  /** Where it ends. */
  readonly to: TraceActor
  /** When it began; milliseconds since the epoch. */
  readonly at: number
  /** When it ended; milliseconds since the epoch. */
  readonly end?: number
  /** Whether it has ended, and how. */
  readonly outcome: 'pending' | 'ok' | 'failed'
  /** Why it failed. */
  readonly error?: AuthErrorCode | undefined
  /** What exactly went wrong, and what to do about it. */
  readonly hint?: TraceText | undefined
  /** Further details of this step. */
  readonly detail: TraceDetails[Step]
}

/** A union on `step`. It is plain data. */
export type TraceEvent = { [Step in TraceStep]: TraceEventOf<Step> }[TraceStep]
