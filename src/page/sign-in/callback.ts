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
 * Finish the sign-in that the callback URL belongs to, then take the router home. A callback of
 * another client is put back as it was; an error without `state` stays where it is, unless a sign-in
 * of this client waits for it.
 *
 * @returns `undefined` where the URL is not this client's to finish: in a popup, the page that opened it
 *   does
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
  // What could not be loaded may be tried again.
  work.catch(() => callbacks.delete(name))
  const result = await work
  return isLate && /[?&#]code=/.test(href) ? late(result) : result
}

/**
 * Whether this is a popup, and the page that opened it has taken the answer. A frame does nothing else: it
 * ends with the page that made it, and so would what it began.
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
 * Another client of the page, maybe of another copy of this library, finishes it: what it says counts
 * here too.
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
  // As a rule the token endpoint is of the issuer's origin.
  preconnect(config.key.replace(/ .*/, ''), true)
  // Until it is known to have succeeded.
  noteOutcome(config.key, true)
  const result = await vault.callback(href)
  noteOutcome(config.key, result?.snapshot.status === 'signed-out')
  if (result) {
    endedSession(config.key, result.undeleted)
    mayRestore(config, result)
    if (location.href === href) replaceAddress(clean)
    if (result.retryUrl)
      await leaveFor(result.retryUrl).catch((failure: unknown) => {
        // Back from there by the browser's cache: a session is good as it is.
        if (result.snapshot.status !== 'signed-in') throw failure
      })
    const goHome = (): void => returnHome(config, result)
    if (state) keepOut(state, config, goHome)
    goHome()
  } else if (state && location.href === clean) replaceAddress(href)
  return result
}

/** The code may have expired meanwhile. */
function late(result: CallbackResult | undefined): CallbackResult | undefined {
  const { snapshot } = result ?? {}
  if (snapshot?.status !== 'signed-out' || !snapshot.error) return result
  const { error } = snapshot
  const hint =
    `${error.hint ?? ''} Call \`start()\` right beside \`createAuth\`: it came late.`.trim()
  return { ...result, snapshot: { ...snapshot, error: { ...error, hint } } }
}
