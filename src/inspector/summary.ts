import type { AuthError, AuthState } from '../index.js'
import { make } from './dom.js'
import { factsOf, type Shown } from './report.js'

/** The state in one word, for the badge. */
export function wordOf(state: AuthState): string {
  if (state.status === 'signed-in') return state.stale ? 'stale' : 'signed-in'
  return state.status === 'signed-out' && state.error ? 'error' : state.status
}

export const twoCopies =
  'Two copies of pixy-auth are on this page, with a client each. They share the session, but no listener: let your bundler keep one copy.'

const saidBy = ({ message, hint = '' }: AuthError): string => `${message} ${hint}`

/** Who is signed in, with which scope; or why not. */
export function summaryOf(state: AuthState): string[] {
  if (state.status === 'loading') return ['Loading: start() is not done']
  if (state.status === 'signed-out')
    return ['Signed out', ...(state.error ? [saidBy(state.error)] : [])]
  const { user, session, stale } = state
  const who = user.name ?? user.email ?? user.sub ?? 'a user without a name'
  const lines = [`Signed in: ${who}`, `scope: ${session.scope.join(' ') || 'none'}`]
  return stale ? [...lines, saidBy(stale)] : lines
}

/** When the access token was received and expires: from the last step that read the store, or got a backend's token. */
function timesIn(events: readonly Shown[]) {
  const told = events.findLast(
    ({ step, from }) => step === 'store' || (step === 'tokens' && from === 'backend'),
  )
  const { seconds, ...facts } = told ? factsOf(told) : {}
  const receivedAt = Number(seconds ? told?.at : facts['receivedAt'])
  const expiresAt = seconds ? receivedAt + Number(seconds) * 1000 : Number(facts['expiresAt'])
  return { receivedAt, expiresAt, isRenewable: seconds || facts['isRenewable'] }
}

/** How long the access token lives, and when it will be renewed. */
export function lifeOf(events: readonly Shown[]): HTMLElement | undefined {
  const { receivedAt, expiresAt, isRenewable } = timesIn(events)
  // The server did not say when the token expires.
  if (!(expiresAt < Number.MAX_SAFE_INTEGER)) return undefined
  const [life, left] = [expiresAt - receivedAt, Math.max(0, expiresAt - Date.now())]
  const renewal = Math.round(Math.min(30_000, life / 4) / 1000)
  const plan = isRenewable ? `renewed on use from ${renewal} s before its end` : 'nothing renews it'
  const text = `Access token: ${Math.round(left / 1000)} s left, ${plan}`
  const bar = make('progress', { max: life, value: left })
  bar.ariaLabel = 'Life of the access token'
  return make('div', {}, make('p', {}, text), bar)
}
