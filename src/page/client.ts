import type { AuthState, SignedIn } from '../api.js'
import type { PageConfig } from '../config.js'
import type { CallbackResult, Caller, Vault } from '../door.js'
import { asAuthError, toData, type AuthError } from '../errors.js'
import type { OrEvent } from '../lib/own.js'
import type { SignInOptions } from '../options.js'
import type { TraceEvent } from '../trace.js'
import type { StateStore } from './state.js'

/** What `open()` resolves to. */
export interface Opened {
  readonly config: PageConfig
  readonly vault: Vault
  /** Whether this page finished a callback of its own. */
  hasCallback?: boolean
}

/** Receives the events of the trace. There is one as soon as the app has called `trace()`. */
export interface TraceEar {
  opened(vault: Vault): void
  event(event: TraceEvent): void
}

/** The start of one client on this page. */
export interface Start {
  /** Runs once. Never rejects. */
  start(): Promise<AuthState>
  /** Resolves once the start is done. Rejects with the error that made the start fail. */
  open(): Promise<Opened>
  /** The options, with their paths resolved on this page. */
  config(): PageConfig
  /** Whether `signOut()` was called in some tab since this page last had a session. */
  isSignedOut(): boolean
  /** The part of the page that signs in. */
  signIn(): Promise<SignIn>
  /** Aborted when the app calls `signIn()` or `signOut()`: these must not wait for the option `restore`. */
  readonly asked: AbortController
  ear?: TraceEar
  /** Set as soon as the vault is made, before the start is done. */
  door?: Opened
  /** Aborted by `dispose()`. */
  readonly disposed: AbortSignal
  dispose(): void
}

/** What sends the user to sign in: a click, a link, or the guard of a route. */
export interface Guard {
  /**
   * @param status the status that the page showed when this was called
   * @param popup the window that was opened for a sign-in by popup; `null` if the browser blocked it
   */
  signIn(
    options: OrEvent<SignInOptions> | undefined,
    status: AuthState['status'],
    popup?: Window | null,
  ): Promise<AuthState>
  /**
   * If a sign-in is about to leave but the page is still here: show its popup, or send the browser to the
   * server once more.
   */
  leaveAgain(): void
  /** Load the files that a click would wait for. @param given what `auth.prepare()` was given. Never rejects. */
  prepare(given?: OrEvent<SignInOptions>): Promise<void>
  signInUrl(options?: SignInOptions): Promise<string>
  /**
   * If there is no session, ask the server for one without showing anything to the user (option `restore`). If
   * there is one, end it if the user has done nothing for too long (option `idle`).
   *
   * @param id the id of the session that was restored
   * @returns the new state; `undefined` if nothing has changed
   */
  restore(id?: string): Promise<CallbackResult | undefined>
  /**
   * Handle a call that failed: sign in if the API demands it, otherwise throw the failure.
   *
   * @param caller the session that the call was made under
   * @param signIn joins a sign-in under way
   * @param again makes the call once more, where its body can be sent again
   */
  stepUp(
    failure: unknown,
    caller: Caller | null | undefined,
    signIn: (options?: SignInOptions) => Promise<AuthState>,
    again: false | (() => Promise<Response>),
  ): Promise<Response>
  /**
   * Called while the user is not signed in.
   *
   * @param signIn joins a sign-in under way
   */
  require(
    options: SignInOptions | undefined,
    signIn: (options?: SignInOptions) => Promise<AuthState>,
  ): Promise<SignedIn>
}

/** Ends the session of a user who does nothing. */
export interface Idle {
  /**
   * Called when a session was restored, which does not mean that the user is there.
   *
   * @param id the id of that session
   * @returns what to show if the session has ended
   */
  restored(id: string): Promise<CallbackResult | undefined>
}

/** The part of the page that signs in, and finishes a callback. */
export interface SignIn extends Guard {
  callback(config: PageConfig, vault: Vault, href: string): Promise<CallbackResult | undefined>
}

/** Show why a sign-in failed, unless there is a session. Returns the error, to be thrown. */
export function showError(state: StateStore, caught?: unknown): AuthError | undefined {
  const error = caught === undefined ? undefined : asAuthError(caught)
  if (!/^(aborted|popup_closed)$/.test(`${error?.code}`) && state.current().status === 'signed-out')
    state.show({ status: 'signed-out', error: error && toData(error) })
  return error
}
