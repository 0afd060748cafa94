import type { PageConfig } from '../../config.js'
import type { AnswerPlace, CallbackResult } from '../../door.js'
import { asAuthError, AuthError } from '../../errors.js'
import { withTimeout } from '../../lib/timeout.js'
import type { Opened } from '../client.js'
import { endedSession } from '../flags.js'
import { unrestored } from '../sign-in/unrestored.js'
import { aborting } from '../sign-in/ways/redirect.js'
import { signInBy, type Way } from './answers.js'

/** The name of the frame, which the pages in it see. */
const name = 'pixy-auth'

/** Rejects if the page's own Content Security Policy does not allow the frame. */
const blocked = (frame: HTMLIFrameElement, signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const hear = (event: SecurityPolicyViolationEvent): void => {
      const { effectiveDirective, disposition, blockedURI } = event
      if (disposition !== 'enforce' || effectiveDirective !== 'frame-src') return
      const hint = 'Allow the server and this origin in `frame-src` of the Content Security Policy.'
      if (frame.src.startsWith(blockedURI)) reject(new AuthError('unsupported', hint))
    }
    document.addEventListener('securitypolicyviolation', hear, { signal })
  })

/**
 * The browser sends no event if the frame shows an error, or a page that asks the user: only the timeout shows
 * that.
 */
function late(): never {
  throw new AuthError(
    'timeout',
    'No answer came to the frame: `prompt=none` got a page, or the server or the redirect URI refuses frames.',
  )
}

/**
 * Sign in by a hidden frame, in which the server asks the user nothing.
 *
 * @param ask gives the authorize URL whose answer comes to this place
 * @throws AuthError `timeout` after five seconds without an answer, and what `signInBy` rejects with
 * @see [OpenID Connect Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)
 */
export async function signInByFrame(
  ask: (answer: AnswerPlace) => Promise<string>,
  opened: Opened,
  signal?: AbortSignal,
): Promise<CallbackResult> {
  const frame = document.createElement('iframe')
  Object.assign(frame, { name, hidden: true })
  // The server's page must not take the whole tab away.
  frame.sandbox.add('allow-scripts', 'allow-same-origin', 'allow-forms')
  const way: Way = {
    via: 'iframe',
    go(href) {
      frame.src = href
      document.documentElement.append(frame)
    },
    ended: (over) =>
      Promise.race([blocked(frame, over), withTimeout(5000, aborting(over)).catch(late)]),
    close: () => frame.remove(),
  }
  return signInBy(way, ask, opened, signal)
}

/**
 * Whether to ask the server now. It is not asked for an hour after it said that it needs the user, or gave no
 * answer; not after the user has signed out; and never if that cannot be remembered.
 */
function mayAsk(key: string): boolean {
  const since = unrestored(key)
  if (since === '' || window.name === name || !navigator.onLine) return false
  return Math.abs(Date.now() - Number(since ?? 0)) > 3_600_000
}

/**
 * Wait until no other tab asks the server: if the tabs share a store, what that tab got is then there. Without
 * Web Locks, or if another tab takes too long, this tab does not wait.
 *
 * @returns a function that ends the turn of this tab, if it has one
 */
async function takeTurn(
  { key, store }: PageConfig,
  signal: AbortSignal,
): Promise<(() => void) | undefined> {
  if (store === 'session' || store === 'memory') return undefined
  const over = new AbortController()
  const turn = new Promise<() => void>((begin, giveUp) => {
    const hold = (): Promise<void> => new Promise(begin)
    const lock = { signal: over.signal }
    navigator.locks.request(`pixy-auth:restore:${key}`, lock, hold).catch(giveUp)
  })
  const waiting = withTimeout(5000, Promise.race([turn, aborting(signal)]))
  return waiting.catch(() => {
    over.abort()
    return undefined
  })
}

/**
 * Ask the server for a session, without showing anything to the user.
 *
 * @param signIn signs in by a frame
 * @param signal aborted when the app calls `signIn()` or `signOut()`
 * @returns the state after that; another tab may have signed in meanwhile. `undefined` if the server was not
 *   asked
 */
export async function restore(
  opened: Opened,
  signIn: () => Promise<CallbackResult>,
  signal: AbortSignal,
): Promise<CallbackResult | undefined> {
  const { key } = opened.config
  if (!mayAsk(key)) return undefined
  const endTurn = await takeTurn(opened.config, signal)
  try {
    const snapshot = await opened.vault.open(endedSession(key))
    const isSettled = snapshot.status === 'signed-in' || !mayAsk(key)
    return isSettled ? { snapshot } : await askServer(opened, signIn)
  } finally {
    endTurn?.()
  }
}

async function askServer(
  { config, vault }: Opened,
  signIn: () => Promise<CallbackResult>,
): Promise<CallbackResult> {
  const { key } = config
  const result = await signIn().catch((failure: unknown) => ({ error: asAuthError(failure) }))
  if ('snapshot' in result && !result.error) return result
  // A network fault does not say whether the server needs the user.
  const isAnswer = /^(interaction|timeout|unsupported|oauth|access)/.test(`${result.error?.code}`)
  if (isAnswer && unrestored(key) !== 'sign-out') unrestored(key, `${Date.now()}`)
  return { snapshot: await vault.open(endedSession(key)) }
}
