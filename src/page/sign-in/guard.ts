import type { AuthState, SignedIn } from '../../api.js'
import { AuthError } from '../../errors.js'
import type { SignInOptions } from '../../options.js'
import { showError, type Start } from '../start.js'
import type { StateStore } from '../state.js'
import { mayRedirect } from './may-redirect.js'
import { authorizeUrl, signIn } from './sign-in.js'

/** The ways off this page: on the user's click, by a link, or by a guard. */
export interface Guard {
  /** @param status what the page showed when it was called */
  signIn(options: SignInOptions | undefined, status: AuthState['status']): Promise<AuthState>
  /** Send the browser to the server once more, if a sign-in was about to leave and the page is still here. */
  leaveAgain(): void
  signInUrl(options?: SignInOptions): Promise<string>
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

export function createGuard(page: Start, state: StateStore): Guard {
  let leaveAgain = (): void => {}
  let required: Promise<AuthState | void> | undefined

  /** A session that ended by itself may lead to a sign-in; a sign-in that failed would make a loop. */
  function mayLeave(now: AuthState): boolean {
    const hasFailed =
      now.status !== 'signed-out' ||
      (now.error && !/^(session_ended|key_lost)$/.test(now.error.code))
    return !required && !hasFailed && !page.isSignedOut() && mayRedirect(page.config().key)
  }

  return {
    async signIn(options, status) {
      const { vault, hasCallback } = await page.open()
      // Called while a callback was being finished: its sign-in answers this call too.
      const now = state.current()
      if (status === 'loading' && hasCallback && now.status === 'signed-in') return now
      showError(state)
      return signIn(vault, options, (again) => (leaveAgain = again))
    },
    leaveAgain: () => leaveAgain(),
    signInUrl: async (options) => authorizeUrl((await page.open()).vault, 'link', options),
    async require(options, join) {
      if (mayLeave(state.current())) required = join(options).catch(() => {})
      const answer = await required
      if (answer?.status === 'signed-in') return answer
      throw new AuthError('not_signed_in')
    },
  }
}
