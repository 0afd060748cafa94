import type { AnswerPlace, CallbackResult } from '../../door.js'
import { asAuthError, AuthError } from '../../errors.js'
import { withTimeout } from '../../lib/timeout.js'
import type { Opened } from '../client.js'
import { endedSession } from '../flags.js'
import { unrestored } from '../sign-in/unrestored.js'
import { aborting, arriving, finish } from './answers.js'
import { answerPlace, channelOf } from './popup-channel.js'

/** The name of the frame, which the pages in it see. */
const name = 'pixy-auth'

/** Rejects where the page's own policy lets no frame of the server in. */
const blocked = (href: string, signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const hear = (event: SecurityPolicyViolationEvent): void => {
      const { effectiveDirective, disposition, blockedURI } = event
      if (effectiveDirective !== 'frame-src' || disposition !== 'enforce') return
      const hint = 'Allow the server and this origin in `frame-src` of the Content Security Policy.'
      if (href.startsWith(blockedURI)) reject(new AuthError('unsupported', hint))
    }
    document.addEventListener('securitypolicyviolation', hear, { signal })
  })

/** No event tells of a frame that shows an error, or a page that asks the user. */
function late(failure: unknown): never {
  const error = asAuthError(failure)
  if (error.code !== 'timeout') throw error
  throw new AuthError(
    'timeout',
    'No answer came to the frame: `prompt=none` got a page, or the server or the redirect URI refuses frames.',
  )
}

/**
 * Sign in by a hidden frame, in which the server asks the user nothing. It brings the callback URL alone:
 * the code is exchanged here.
 *
 * @param ask for the authorize URL whose answer comes so
 * @throws AuthError `timeout` after five seconds without an answer, `unsupported`, `aborted`, `config`, and what
 *   `ask` rejects with
 * @see [OpenID Connect Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)
 */
export async function signInByFrame(
  ask: (answer: AnswerPlace) => Promise<string>,
  { vault, config }: Opened,
  signal?: AbortSignal,
): Promise<CallbackResult> {
  const random = crypto.randomUUID()
  const answer = answerPlace(random, config)
  const channel = channelOf(random)
  if (!channel) throw new AuthError('unsupported', 'This browser has no BroadcastChannel.')
  const over = new AbortController()
  const frame = document.createElement('iframe')
  Object.assign(frame, { name, hidden: true })
  // The server's page must not take the whole tab away.
  frame.sandbox.add('allow-scripts', 'allow-same-origin', 'allow-forms')
  const asking = ask(answer).then((href) => {
    over.signal.throwIfAborted()
    const stopped = blocked(href, over.signal)
    frame.src = href
    document.documentElement.append(frame)
    return stopped
  })
  const ended = Promise.race([asking, aborting(signal)])
  ended.catch(() => {})
  try {
    return await finish(channel, vault, () =>
      withTimeout(5000, Promise.race([arriving(channel, 'iframe', random), ended])).catch(late),
    )
  } finally {
    over.abort()
    channel.close()
    frame.remove()
  }
}

/**
 * Whether to ask now: not within an hour of an answer that the user is needed, or of none, and not after
 * the user has signed out. Where that cannot be remembered, never.
 */
function mayAsk(key: string): boolean {
  const since = unrestored(key)
  if (since === '' || window.name === name || !navigator.onLine) return false
  return Math.abs(Date.now() - Number(since ?? 0)) > 3_600_000
}

/**
 * Wait until no other tab asks: then there is what it has found. Where there are no Web Locks, or a tab takes
 * longer than it may, this tab does not wait.
 *
 * @returns what ends the turn of this tab
 */
async function takeTurn(key: string, signal: AbortSignal): Promise<() => void> {
  const giveUp = new AbortController()
  let end = (): void => {}
  const over = new Promise<void>((resolve) => (end = resolve))
  const turn = new Promise<void>((begin) => {
    const hold = (): Promise<void> => {
      begin()
      return over
    }
    const lock = { signal: giveUp.signal }
    const asked = navigator.locks?.request(`pixy-auth:restore:${key}`, lock, hold)
    if (asked) asked.catch(() => begin())
    else begin()
  })
  const waiting = withTimeout(5000, Promise.race([turn, aborting(signal)]))
  await waiting.catch(() => giveUp.abort())
  return end
}

/**
 * Ask the server for a session, without a word to the user.
 *
 * @param signIn by a frame
 * @param signal aborted once the app asks to sign in or out
 * @returns what there is then; another tab may have signed in meanwhile. `undefined` where it was not asked
 */
export async function restore(
  opened: Opened,
  signIn: () => Promise<CallbackResult>,
  signal: AbortSignal,
): Promise<CallbackResult | undefined> {
  const { key } = opened.config
  if (!mayAsk(key)) return undefined
  const endTurn = await takeTurn(key, signal)
  try {
    const snapshot = await opened.vault.open(endedSession(key))
    const isSettled = snapshot.status === 'signed-in' || !mayAsk(key)
    return isSettled ? { snapshot } : await askServer(opened, signIn)
  } finally {
    endTurn()
  }
}

async function askServer(
  { config, vault }: Opened,
  signIn: () => Promise<CallbackResult>,
): Promise<CallbackResult> {
  const { key } = config
  const result = await signIn().catch((failure: unknown) => ({ error: asAuthError(failure) }))
  if ('snapshot' in result && !result.error) return result
  // A fault of the network says nothing of the user.
  const isAnswer = /^(interaction|timeout|unsupported|oauth|access)/.test(`${result.error?.code}`)
  if (isAnswer && unrestored(key) !== 'sign-out') unrestored(key, `${Date.now()}`)
  return { snapshot: await vault.open(endedSession(key)) }
}
