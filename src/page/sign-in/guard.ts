import type { AuthState, SignedIn } from '../../api.js'
import { AuthError } from '../../errors.js'
import type { SignInOptions } from '../../options.js'
import { showError, type Start } from '../start.js'
import type { StateStore } from '../state.js'
import { mayRedirect } from './may-redirect.js'
import { authorizeUrl, signIn } from './sign-in.js'

/** The ways off this page: on the user's click, by a link, or by a guard. One sign-in at a time. */
export interface Guard {
  /** @param status what the page showed when it was called */
  signIn(options: SignInOptions | undefined, status: AuthState['status']): Promise<AuthState>
  signInUrl(options?: SignInOptions): Promise<string>
  /** Called while the user is not signed in. */
  require(options?: SignInOptions): Promise<SignedIn>
}

/** A sign-in that is about to leave the page. */
interface Leaving {
  readonly promise: Promise<AuthState>
  /** Send the browser to the server once more, if the page is still here. */
  again?: () => void
}

export function createGuard(page: Start, state: StateStore): Guard {
  let leaving: Leaving | undefined
  let required: Promise<AuthState | void> | undefined

  const join: Guard['signIn'] = (options, status) => {
    leaving?.again?.()
    leaving ??= { promise: leave(options, status).finally(() => (leaving = undefined)) }
    return leaving.promise
  }

  const leave: Guard['signIn'] = async (options, status) => {
    try {
      const { vault, hasCallback } = await page.open()
      // Called while a callback was being finished: its sign-in answers this call too.
      const now = state.current()
      if (status === 'loading' && hasCallback && now.status === 'signed-in') return now
      showError(state)
      return await signIn(vault, options, (again) => Object.assign(leaving ?? {}, { again }))
    } catch (error) {
      throw showError(state, error)
    }
  }

  /** A session that ended by itself may lead to a sign-in; a sign-in that failed would make a loop. */
  function mayLeave(now: AuthState): boolean {
    const hasFailed =
      now.status !== 'signed-out' ||
      (now.error && !/^(session_ended|key_lost)$/.test(now.error.code))
    return !required && !hasFailed && !page.isSignedOut() && mayRedirect(page.config().key)
  }

  return {
    signIn: join,
    signInUrl: async (options) => authorizeUrl((await page.open()).vault, 'link', options),
    async require(options) {
      const now = state.current()
      if (mayLeave(now)) required = join(options, now.status).catch(() => {})
      const answer = await required
      if (answer?.status === 'signed-in') return answer
      throw new AuthError('not_signed_in')
    },
  }
}
