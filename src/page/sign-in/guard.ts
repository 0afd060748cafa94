import type { AuthState, SignedOut } from '../../api.js'
import { asAuthError, AuthError, fromData, isAuthError } from '../../errors.js'
import { endedSession } from '../flags.js'
import { mayRestore } from './unrestored.js'
import type { CallbackResult } from '../../door.js'
import { showError, type Guard, type Idle, type Start } from '../client.js'
import type { StateStore } from '../state.js'
import { mayRedirect, wouldLoop } from './may-redirect.js'
import { prepare } from './prepare.js'
import { authorizeUrl, byRequire, signIn } from './sign-in.js'
import { userGesture } from './user-gesture.js'

const LIMIT =
  'Without a click, require() leaves once per page load and once in 30 s, and not after a sign-out or a failure.'

/** Why a sign-in may not leave the page: the failure before, if the state still has it. */
function loopError(now: AuthState): AuthError {
  const { code, hint = '', oauth } = (now.status === 'signed-out' && now.error) || {}
  const more =
    'signIn() was called on load after a failure: call require(), or signIn() on a click.'
  return new AuthError(code ?? 'not_signed_in', `${hint} ${more}`.trim(), oauth)
}

async function restore({ door, asked }: Start): Promise<CallbackResult | undefined> {
  if (!door) return undefined
  const chunk = await import('../optional/iframe.js').catch(() => undefined)
  const options = { via: 'iframe', signal: asked.signal } as const
  return chunk?.restore(door, () => signIn(door, options, undefined, () => {}), asked.signal)
}

/** With the option `idle`, watch whether the user does something. */
async function watch(page: Start, state: StateStore): Promise<Idle | undefined> {
  const { idle } = page.config()
  if (!idle) return undefined
  const { watchIdle } = await import('../optional/idle.js')
  return watchIdle(page, state, idle)
}

/**
 * After the server has refused a refresh, for half a minute it is not known whether the session is dead. During
 * that time only an access token that is still valid lets the user in.
 *
 * @throws AuthError the refusal of the refresh
 */
async function proven({ door }: Start, state: StateStore, now: AuthState): Promise<AuthState> {
  if (now.status !== 'signed-in' || now.stale?.retryable !== false) return now
  const failure = await door?.vault.getAccessToken({}).then(() => undefined, asAuthError)
  const then = state.current()
  if (then.status === 'signed-in' && failure?.code === now.stale.code) throw failure
  return then
}

export function createGuard(page: Start, state: StateStore): Guard {
  let leaveAgain = (): void => {}
  let required: Promise<AuthState | void> | undefined
  const hadGesture = userGesture(state, page.disposed)
  // There is a session, so an earlier `require()` is done, and a later one may redirect again.
  state.subscribe(({ status }) => status === 'signed-in' && (required = undefined))

  // The method that the app calls reports a wrong option. On a server this fails too, where there is no user to
  // watch.
  const idle = watch(page, state).catch(() => undefined)

  const mayLeave = (): boolean => hadGesture(5000) || mayRedirect(page.config().key)

  /** After a session that ended by itself a redirect is fine. After a sign-in that failed it would make a loop. */
  function mayRequire(now: SignedOut): boolean {
    const hasFailed = now.error && !/^(session_ended|key_lost)$/.test(now.error.code)
    return !required && !hasFailed && !page.isSignedOut() && mayRedirect(page.config().key)
  }

  /**
   * Read the store again before the user is sent away: this tab may have missed a sign-in in another tab, or
   * its store may have answered late.
   */
  async function look(): Promise<AuthState> {
    const opened = await page.open().catch(() => undefined)
    await opened?.vault.open(endedSession(opened.config.key))
    return state.current()
  }

  return {
    async signIn(options, status, popup) {
      const opened = await page.open()
      const { hasCallback } = opened
      // Called while a callback was being finished: that sign-in has succeeded, so this call needs no other.
      const now = state.current()
      if (status === 'loading' && hasCallback && now.status === 'signed-in') return now
      if (!hadGesture(Infinity) && wouldLoop(page.config().key)) throw loopError(now)
      showError(state)
      // Forget the URL of an earlier sign-in, which may have failed.
      leaveAgain = () => {}
      const result = await signIn(opened, options, popup, (again) => (leaveAgain = again))
      if (result.error) throw fromData(result.error)
      mayRestore(page.config(), result)
      state.show(result.snapshot)
      return state.current()
    },
    leaveAgain: () => leaveAgain(),
    prepare: (given) => prepare(page, given),
    signInUrl: async (options) => authorizeUrl((await page.open()).vault, 'link', options),
    restore: async (id) => (id ? (await idle)?.restored(id) : restore(page)),
    async stepUp(failure, caller, ...calls) {
      const isDemand = isAuthError(failure) && failure.code === 'step_up_required'
      const chunk = isDemand && (await import('../optional/step-up.js').catch(() => undefined))
      if (!chunk) throw failure
      const isOver = !!caller && caller.id !== state.caller()?.id
      return chunk.stepUp(failure, page.config().stepUp, isOver, mayLeave, ...calls)
    },
    async require(options, join) {
      const isAsked = hadGesture(5000)
      const now = await proven(page, state, await look())
      if (now.status === 'signed-out' && (isAsked || mayRequire(now)))
        required = join(byRequire(options)).catch(() => {})
      const answer = now.status === 'signed-in' ? now : await required
      if (answer?.status === 'signed-in') return answer
      throw new AuthError('not_signed_in', isAsked ? '' : LIMIT)
    },
  }
}
