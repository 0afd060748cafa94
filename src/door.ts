import type { Claims, Session } from './claims.js'
import type { ErrorData } from './errors.js'
import type { SignInOptions, SignOutOptions, TokenOptions } from './options.js'

export type { Claims, Session }

/** The state as the vault sees it: plain data, no token in it. */
export type Snapshot =
  | {
      readonly status: 'signed-out'
      readonly id?: undefined
      readonly error?: ErrorData | undefined
    }
  | {
      readonly status: 'signed-in'
      /** Of the session: a new sign-in has a new one. No app sees it. */
      readonly id: string
      readonly user: Claims
      readonly session: Session
      readonly stale?: ErrorData | undefined
    }

/** How the authorize URL is walked: by redirect, or by a link prepared ahead. */
export type Way = 'r' | 'l'

/** What `begin` needs: the sign-in options, with `returnTo` made absolute by the page. */
export interface SignInRequest extends Omit<SignInOptions, 'signal' | 'returnTo'> {
  readonly way: Way
  readonly returnTo: string
}

/** What became of a callback URL. */
export interface Finished {
  readonly snapshot: Snapshot
  /** Absolute URL to take the user back to, where the sign-in was one of ours. */
  readonly returnTo?: string | undefined
  /** The id of an earlier session that is still in the store: `open` is to refuse it. */
  readonly undeleted?: string | undefined
  /** Where to send the browser once more: the server has forgotten what was pushed to it. */
  readonly again?: string | undefined
}

/** A request to a resource, as plain data; the URL is absolute. */
export interface WireRequest {
  readonly id: string
  readonly url: string
  readonly method: string
  readonly headers: [string, string][]
  readonly body: Blob | ArrayBuffer | ReadableStream<Uint8Array> | null
  readonly mode: RequestMode
  readonly credentials: RequestCredentials
  readonly cache: RequestCache
  readonly redirect: RequestRedirect
  readonly referrer: string
  readonly referrerPolicy: ReferrerPolicy
  readonly integrity: string
  readonly keepalive: boolean
}

/** A response of a resource, as plain data. */
export interface WireResponse {
  readonly status: number
  readonly statusText: string
  readonly headers: [string, string][]
  readonly url: string
  readonly redirected: boolean
  readonly type: ResponseType
  readonly body: ReadableStream<Uint8Array> | null
}

/** What `end` leaves for the page to do. */
export interface Ended {
  /** Where to send the browser next, if anywhere. */
  readonly url?: string | undefined
  /** The id of a session that could not be deleted from the store: `open` is to refuse it. */
  readonly undeleted?: string | undefined
}

/** What the vault tells the page of its own accord. */
export type Fact =
  | { readonly type: 'state'; readonly snapshot: Snapshot }
  /** `signOut()` was called, here or in another tab. */
  | { readonly type: 'sign-out' }

/**
 * The one door between the rooms. Whoever stands behind it (the page's own vault, a worker,
 * a test double) holds the tokens; every argument and result is plain, structured-clonable data,
 * and what rejects is an `AuthError` or the platform's own error.
 */
export interface Vault {
  /** Restore the session from the store; `refused` names one that was signed out. */
  open(refused: string | undefined): Promise<Snapshot>
  /** Start a sign-in: the authorize URL to go to. */
  begin(request: SignInRequest): Promise<string>
  /**
   * Finish a sign-in with the URL that the server sent the browser to; `undefined` where it has no
   * `state` and is nobody's. Rejects only as a broken door does.
   */
  finish(url: string): Promise<Finished | undefined>
  fetch(request: WireRequest): Promise<WireResponse>
  /** Give up the request of that id; a refresh under way goes on. */
  abort(id: string): Promise<void>
  token(options: TokenOptions): Promise<string>
  refresh(): Promise<Snapshot>
  userInfo(): Promise<Claims>
  end(options: SignOutOptions): Promise<Ended>
  /** Idle time: load what a later click would wait for. */
  prepare(): Promise<void>
  /** The page woke up, came back or is online again: look at the store, renew what expired. */
  resume(): Promise<void>
  close(): Promise<void>
}
