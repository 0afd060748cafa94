import type { AuthState, SignedIn } from '../api.js'
import type { PageConfig } from '../config.js'
import type { CallbackResult, Caller, Vault } from '../door.js'
import { asAuthError, toData, type AuthError } from '../errors.js'
import type { OrEvent } from '../lib/own.js'
import type { SignInOptions } from '../options.js'
import type { TraceEvent } from '../trace.js'
import type { StateStore } from './state.js'

/** The open door. */
export interface Opened {
  readonly config: PageConfig
  readonly vault: Vault
  /** Whether this page finished a callback of its own. */
  hasCallback?: boolean
}

/** What listens to the trace, as soon as the app does. */
export interface TraceEar {
  opened(vault: Vault): void
  event(event: TraceEvent): void
}

/** The start of one client on this page. */
export interface Start {
  /** Runs once. Never rejects. */
  start(): Promise<AuthState>
  /** The door, once the start is done. Rejects with what keeps it closed. */
  open(): Promise<Opened>
  /** The options, with their paths resolved on this page. */
  config(): PageConfig
  /** Whether `signOut()` was called in some tab since this page last had a session. */
  isSignedOut(): boolean
  /** The part of the page that signs in. */
  signIn(): Promise<SignIn>
  /** Aborted once the app asks to sign in or out: what is restored meanwhile must not keep it waiting. */
  readonly asked: AbortController
  ear?: TraceEar
  /** The door, open or not yet. */
  door?: Opened
  /** Aborted by `dispose()`. */
  readonly disposed: AbortSignal
  dispose(): void
}

/** The ways off this page: on the user's click, by a link, or by a guard. */
export interface Guard {
  /**
   * @param status what the page showed when it was called
   * @param popup opened in the call, for a sign-in in it; `null` where the browser blocked it
   */
  signIn(
    options: OrEvent<SignInOptions> | undefined,
    status: AuthState['status'],
    popup?: Window | null,
  ): Promise<AuthState>
  /** Show the popup of a sign-in under way, or send the browser to the server once more, if a sign-in was about to leave and the page is still here. */
  leaveAgain(): void
  /** Load what a click would wait for. @param given what `auth.prepare()` was given. Never rejects. */
  prepare(given?: OrEvent<SignInOptions>): Promise<void>
  signInUrl(options?: SignInOptions): Promise<string>
  /**
   * Where there is no session, ask the server for one, without a word to the user; where there is one, end
   * it if the user has done nothing for too long.
   *
   * @param id of the session that was restored
   * @returns what there is now; `undefined` where that is as before
   */
  restore(id?: string): Promise<CallbackResult | undefined>
  /**
   * What becomes of a call that failed.
   *
   * @param caller the session that it was made under
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
   * A session was restored: nothing says that the user is there.
   *
   * @param id of it
   * @returns what to show, where it has ended
   */
  restored(id: string): Promise<CallbackResult | undefined>
}

/** The part of the page that signs in, and finishes a callback. */
export interface SignIn extends Guard {
  callback(config: PageConfig, vault: Vault, href: string): Promise<CallbackResult | undefined>
}

/** Show why a sign-in failed, unless a session lives on. Gives the error back, to be thrown. */
export function showError(state: StateStore, caught?: unknown): AuthError | undefined {
  const error = caught === undefined ? undefined : asAuthError(caught)
  if (!/^(aborted|popup_closed)$/.test(`${error?.code}`) && state.current().status === 'signed-out')
    state.show({ status: 'signed-out', error: error && toData(error) })
  return error
}
