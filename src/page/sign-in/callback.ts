import type { PageConfig } from '../../config.js'
import type { CallbackResult, Vault } from '../../door.js'
import { readState, stateIn } from '../../lib/state-param.js'
import { endedSession } from '../flags.js'
import { mayRestore } from './unrestored.js'
import { replaceAddress, withoutAnswer } from '../location.js'
import { keepOut } from './keep-out.js'
import { noteOutcome } from './may-redirect.js'
import { callbacksOfPage } from './on-page.js'
import { preconnect } from './preconnect.js'
import { returnHome } from './return-home.js'
import { leaveFor } from './ways/redirect.js'

/**
 * Finish the sign-in that the callback URL belongs to, then move the router to the page where the sign-in
 * began. The callback of another client is put back into the address bar as it was. An error without `state`
 * stays there too, unless a sign-in of this client waits for an answer.
 *
 * @returns `undefined` if this client does not finish it: it belongs to another client, or, in a popup, the
 *   page that opened it has taken it
 * @see [RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)
 */
export async function callback(
  config: PageConfig,
  vault: Vault,
  href: string,
): Promise<CallbackResult | undefined> {
  const state = stateIn(href)
  if (!state) return finishSignIn(config, vault, href)
  if (await isTaken(href, state)) return undefined
  const callbacks = callbacksOfPage()
  const name = `${config.key} ${state}`
  const known = callbacks.get(name)
  if (known) return join(config, vault, known)
  const isLate = ![href, withoutAnswer(href, config)].includes(location.href)
  const work = finishSignIn(config, vault, href)
  callbacks.set(name, work)
  // It failed, perhaps as a chunk could not be loaded: it may be tried again.
  work.catch(() => callbacks.delete(name))
  const result = await work
  return isLate && /[?&#]code=/.test(href) ? late(result) : result
}

/**
 * Whether this is a popup, and the page that opened it has taken the answer. In a hidden frame this never
 * resolves: the page that made the frame removes it, and would cut off whatever the frame had begun.
 */
async function isTaken(href: string, state: string): Promise<boolean> {
  const { purpose = '' } = readState(state) ?? {}
  if (!/^(popup|iframe)$/.test(purpose)) return false
  const chunk = await import('../optional/relay.js').catch(() => undefined)
  const answer = !!chunk && (await chunk.relay(href))
  const isFrame = purpose === 'iframe' && window !== parent
  return isFrame ? new Promise(() => {}) : answer
}

/**
 * Another client of the page, maybe of another copy of this library, is finishing this callback: its result
 * counts for this client too.
 */
async function join(
  { key }: PageConfig,
  vault: Vault,
  known: Promise<CallbackResult | undefined>,
): Promise<CallbackResult | undefined> {
  const result = await known
  const snapshot = await vault.open(endedSession(key))
  const isSignedIn = [snapshot, result?.snapshot].some((one) => one?.status === 'signed-in')
  return result && { snapshot: isSignedIn ? snapshot : result.snapshot }
}

async function finishSignIn(
  config: PageConfig,
  vault: Vault,
  href: string,
): Promise<CallbackResult | undefined> {
  const clean = withoutAnswer(href, config)
  const state = stateIn(href)
  // The token endpoint usually has the origin of the issuer.
  preconnect(config.key.replace(/ .*/, ''), true)
  // Noted as failed until it has succeeded.
  noteOutcome(config.key, true)
  const result = await vault.callback(href)
  noteOutcome(config.key, result?.snapshot.status === 'signed-out')
  if (result) {
    endedSession(config.key, result.undeleted)
    mayRestore(config, result)
    if (location.href === href) replaceAddress(clean)
    if (result.retryUrl)
      await leaveFor(result.retryUrl).catch((failure: unknown) => {
        // The user came back, and the browser took the page from its cache: if there is a session, it is used.
        if (result.snapshot.status !== 'signed-in') throw failure
      })
    const goHome = (): void => returnHome(config, result)
    if (state) keepOut(state, config, goHome)
    goHome()
  } else if (state && location.href === clean) replaceAddress(href)
  return result
}

/** `start()` was called late, so the code may have expired meanwhile. If the sign-in failed, say so. */
function late(result: CallbackResult | undefined): CallbackResult | undefined {
  const { snapshot } = result ?? {}
  if (snapshot?.status !== 'signed-out' || !snapshot.error) return result
  const { error } = snapshot
  const hint =
    `${error.hint ?? ''} Call \`start()\` right beside \`createAuth\`: it came late.`.trim()
  return { ...result, snapshot: { ...snapshot, error: { ...error, hint } } }
}
