import type { PageConfig } from '../../config.js'
import type { CallbackResult, Vault } from '../../door.js'
import { endedSession } from '../flags.js'
import { answerAt, replaceAddress, settleCallback } from '../location.js'
import { noteOutcome } from './may-redirect.js'
import { returnHome } from './return-home.js'
import { leaveFor } from './ways/redirect.js'

// Callbacks that a client of this page is finishing, by client and URL.
const finishing = new Map<string, Promise<unknown>>()

/**
 * Finish the sign-in that the callback URL belongs to, then take the router home. A callback of
 * another client is put back as it was; an error without `state` stays where it is, unless a sign-in
 * of this client waits for it.
 *
 * @returns `undefined` where the URL is not this client's to finish
 * @see [RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)
 */
export async function callback(
  config: PageConfig,
  vault: Vault,
  href: string,
): Promise<CallbackResult | undefined> {
  // Until it is known to have succeeded.
  noteOutcome(config.key, true)
  const result = await finishSignIn(config, vault, href)
  noteOutcome(config.key, result?.snapshot.status === 'signed-out')
  if (result?.retryUrl)
    await leaveFor(result.retryUrl).catch((failure: unknown) => {
      // Back from there by the browser's cache: a session is good as it is.
      if (result.snapshot.status !== 'signed-in') throw failure
    })
  if (result) returnHome(config, result)
  return result
}

async function finishSignIn(
  config: PageConfig,
  vault: Vault,
  href: string,
): Promise<CallbackResult | undefined> {
  settleCallback()
  const name = `${config.key} ${href}`
  // Another object of the same client finishes it: the result will be in the store.
  if (finishing.has(name)) {
    await finishing.get(name)
    return undefined
  }
  const work = vault.callback(href).finally(() => finishing.delete(name))
  finishing.set(name, work)
  const result = await work
  if (result) endedSession(config.key, result.undeleted)
  if (result) replaceAddress(config.redirectUri)
  else if (answerAt(href, config).has('state')) replaceAddress(href)
  return result
}
