import type { Claims, Session } from './api.js'
import type { ErrorData } from './errors.js'
import type { SignInOptions, SignOutOptions, TokenOptions } from './options.js'
import type { TraceEvent } from './trace.js'

export type { Claims, Session }

/** The state as the vault sees it: plain data without a token. */
export type Snapshot =
  | {
      readonly status: 'signed-out'
      readonly id?: undefined
      readonly error?: ErrorData | undefined
    }
  | {
      readonly status: 'signed-in'
      /** The id of the session: every sign-in makes a new one. Apps do not see it. */
      readonly id: string
      readonly user: Claims
      readonly session: Session
      readonly stale?: ErrorData | undefined
      /** Set by the page, for the option `idle`. The vault does not know it. */
      readonly endsAt?: number | undefined
    }

/** The session a call was made under: its id, and the user's `sub` where there is one. */
export interface Caller {
  readonly id: string
  readonly sub: string | undefined
}

/** How the user gets to the authorize URL: by redirect, by a link prepared ahead, or in a window or frame. */
export type Via = 'redirect' | 'link' | 'popup' | 'iframe'

/** The sign-in options, with `returnTo` made absolute by the page. */
export interface SignInRequest
  extends Omit<SignInOptions, 'signal' | 'returnTo' | 'via' | 'frameOrigins'>, AnswerPlace {
  readonly via: Via
  readonly returnTo: string
  /**
   * For the trace, why this sign-in begins: `require()` called it, it is made ahead of a click, or it is made
   * once more, to ask for consent or because the server forgot the pushed request.
   */
  readonly by?: 'require' | 'prepare' | 'consent' | 'retry' | undefined
}

/** Where the answer of a popup or frame comes, and how the page recognises it. */
export interface AnswerPlace {
  /** At least 120 random bits for the `state`, by which the page recognises the answer. */
  readonly random?: string | undefined
  /** The redirect URI of this sign-in, if it is not that of the options. Absolute. */
  readonly redirectUri?: string | undefined
}

/** The result of a callback. */
export interface CallbackResult {
  readonly snapshot: Snapshot
  /** Why the sign-in failed. It is set even if an earlier session goes on. */
  readonly error?: ErrorData | undefined
  /** Absolute URL to take the user back to. */
  readonly returnTo?: string | undefined
  /** Whether there is a new session whose store outlives the page. */
  readonly isKept?: boolean | undefined
  /**
   * `!` and the id of an earlier session that is still in the store, so that `open` must refuse it. Empty if
   * there is none.
   */
  readonly undeleted?: string | undefined
  /** Where to send the browser once more, as the server has forgotten the pushed request, or wants consent. */
  readonly retryUrl?: string | undefined
}

/** What is left for the page to do after a sign-out. */
export interface SignOutResult {
  /** Where to send the browser next, if anywhere. */
  readonly url?: string | undefined
  /** The id of a session that could not be deleted from the store: `open` must refuse it. Empty when there is none. */
  readonly undeleted?: string | undefined
}

/** The events that the vault sends to the page. */
export type VaultEvent =
  | { readonly type: 'state'; readonly snapshot: Snapshot }
  /** `signOut()` was called, here or in another tab. */
  | { readonly type: 'sign-out' }
  | { readonly type: 'trace'; readonly event: TraceEvent }

/**
 * The one door between the page and the vault that holds the tokens. Requests and responses cross
 * it by reference; everything else is plain data that can be cloned. Rejections are `AuthError`s or
 * the platform's own errors.
 */
export interface Vault {
  /**
   * Restore the session from the store, unless its id is `refused`; `'*'` refuses every session. With
   * `undefined` the page has no sign that this browser ever had a session, so it probably has none.
   */
  open(refused: string | undefined): Promise<Snapshot>
  /** Start a sign-in. Resolves to the authorize URL. */
  authorize(request: SignInRequest): Promise<string>
  /**
   * Finish a sign-in by the URL that the server sent the browser to. Resolves to `undefined` if the answer is
   * for another client, or if it is an error without `state` that belongs to no sign-in of this client.
   */
  callback(url: string): Promise<CallbackResult | undefined>
  /**
   * @param caller the session that the call was made under, `null` while signed out; by default the current
   *   session
   * @param isOneTime whether the body can be sent only once
   */
  fetch(request: Request, caller?: Caller | null, isOneTime?: boolean): Promise<Response>
  getAccessToken(options: TokenOptions): Promise<string>
  refresh(): Promise<Snapshot>
  userInfo(): Promise<Claims>
  signOut(options: SignOutOptions): Promise<SignOutResult>
  /** Send an event for each of the last 200 steps, then for each new step. */
  trace(): Promise<void>
  /**
   * The page is idle, or the user is about to sign in: load what a later click or call would wait for. Resolves
   * to the authorization endpoint, if no user is signed in.
   *
   * @param request make only this request ahead: `authorize` with an equal request returns it, once
   */
  prepare(request?: SignInRequest): Promise<string | undefined>
  /** The page woke up, came back or is online again: read the store, renew what expired. */
  resume(): Promise<void>
  close(): Promise<void>
}
