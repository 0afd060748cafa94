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
      /** Names the session; a new sign-in has a new one. Apps do not see it. */
      readonly id: string
      readonly user: Claims
      readonly session: Session
      readonly stale?: ErrorData | undefined
      /** The page alone knows it. */
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
   * For the trace: `require()` wants it, it is made ahead of a click, or it is begun once more, for consent or for a pushed
   * request that was forgotten.
   */
  readonly by?: 'require' | 'prepare' | 'consent' | 'retry' | undefined
}

/** How an answer is known that does not come to the app's own page. */
export interface AnswerPlace {
  /** For the `state`: at least 120 random bits, by which the page knows the answer. */
  readonly random?: string | undefined
  /** Where it is to come, if not to the option's redirect URI. Absolute. */
  readonly redirectUri?: string | undefined
}

/** What came of a callback URL. */
export interface CallbackResult {
  readonly snapshot: Snapshot
  /** Why the sign-in failed, also where an earlier session lives on. */
  readonly error?: ErrorData | undefined
  /** Absolute URL to take the user back to. */
  readonly returnTo?: string | undefined
  /** Whether there is a new session, in a store that outlives the page. */
  readonly isKept?: boolean | undefined
  /** After `!` the id of an earlier session that is still in the store: `open` must refuse it. Empty when there is none. */
  readonly undeleted?: string | undefined
  /** Where to send the browser once more: the server has forgotten the pushed request, or wants consent. */
  readonly retryUrl?: string | undefined
}

/** What is left for the page to do after a sign-out. */
export interface SignOutResult {
  /** Where to send the browser next, if anywhere. */
  readonly url?: string | undefined
  /** The id of a session that could not be deleted from the store: `open` must refuse it. Empty when there is none. */
  readonly undeleted?: string | undefined
}

/** What the vault tells the page unasked. */
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
   * Restore the session from the store, unless its id is `refused`; `'*'` refuses any. `undefined`:
   * the page knows of no session that this browser has had, so as a rule there is none.
   */
  open(refused: string | undefined): Promise<Snapshot>
  /** Start a sign-in. Resolves to the authorize URL. */
  authorize(request: SignInRequest): Promise<string>
  /**
   * Finish a sign-in by the URL that the server sent the browser to. Resolves to `undefined` for the
   * answer to another client, and for an error without `state` that belongs to no sign-in of this one.
   */
  callback(url: string): Promise<CallbackResult | undefined>
  /**
   * @param caller the session that the call was made under, `null` for none; by default the one there
   *   is now
   * @param isOneTime whether the body can be sent only once
   */
  fetch(request: Request, caller?: Caller | null, isOneTime?: boolean): Promise<Response>
  getAccessToken(options: TokenOptions): Promise<string>
  refresh(): Promise<Snapshot>
  userInfo(): Promise<Claims>
  signOut(options: SignOutOptions): Promise<SignOutResult>
  /** Tell of each step by events: first of the last 200. */
  trace(): Promise<void>
  /**
   * The page is idle, or the user is about to sign in: load what a later click or call would wait for.
   * Resolves to the endpoint that a sign-in leads to, if no user is signed in.
   *
   * @param request make this one ahead, and nothing else: `authorize` of the same gives it, once
   */
  prepare(request?: SignInRequest): Promise<string | undefined>
  /** The page woke up, came back or is online again: read the store, renew what expired. */
  resume(): Promise<void>
  close(): Promise<void>
}
