import { parsed } from '../check.js'
import type { Config } from '../config.js'
import { fingerprint } from '../digest.js'
import type { Finished, Vault } from '../door.js'
import { endedName } from './ended-name.js'
import { redirect } from './redirect.js'
import { router } from './router.js'
import { answerAt, settleCallback, show } from './location.js'

/**
 * Finish what the address bar brought, if it is this client's. Another client's answer is put back
 * untouched; an error without `state` is left where it is, unless a sign-in of ours waits for it.
 *
 * @see RFC 6749 section 4.1.2
 */
export async function arrive(
  config: Config,
  vault: Vault,
  href: string,
): Promise<Finished | undefined> {
  const state = answerAt(href, config).get('state')
  settleCallback()
  if (state !== null && state.slice(4, 10) !== (await fingerprint(config))) {
    show(href)
    return undefined
  }
  // Another object of the same client has it in hand: what it comes to is in the store then.
  if (finishing.has(href)) {
    await finishing.get(href)
    return undefined
  }
  const finish = vault.finish(href).finally(() => finishing.delete(href))
  finishing.set(href, finish)
  const finished = await finish
  endedName(config.key, finished?.undeleted)
  if (finished) show(config.redirectUri)
  if (finished?.again) await redirect(finished.again)
  const place = ownPlace(finished?.returnTo)
  try {
    // The router moves first, so that no page flashes up that nobody asked for.
    if (place) (config.navigate ?? router() ?? navigate)(place)
  } catch (error) {
    // The app's own mistake is no reason to lose the session.
    reportError(error)
  }
  return finished
}

// Callbacks being finished on this page.
const finishing = new Map<string, Promise<unknown>>()

/** A place on this page's own origin, whole; `undefined` for anything else, however it is disguised. */
export function ownPlace(place: string | undefined): URL | undefined {
  const url = place === undefined ? undefined : parsed(place, location.href)
  // `blob:` URLs report this origin too.
  const own = url?.origin === location.origin && url.protocol.startsWith('http')
  // No page may write credentials into its address.
  return own && !url.username && !url.password ? url : undefined
}

/** Take the router there. A bare `replaceState` moves no router; a `popstate` event after it does. */
function navigate({ href }: URL): void {
  const moved = href !== location.href
  show(href)
  if (moved) dispatchEvent(new PopStateEvent('popstate', { state: history.state }))
}
