import type { AuthErrorCode } from '../../errors.js'
import { placeOf, redact } from '../../lib/optional/redact.js'
import { matchResource } from '../../lib/resources.js'
import { parseUrl } from '../../lib/url.js'
import type { Start } from '../client.js'

/** How many characters two addresses share at their beginning. */
function sharedBy(one: string, other: string): number {
  const at = [...one].findIndex((character, index) => character !== other[index])
  return at < 0 ? one.length : at
}

/** Makes the function that adds this call to the trace. */
function teller(page: Start, origin: string) {
  const at = performance.timeOrigin + performance.now()
  return (error: AuthErrorCode, hint: string, status?: number): void =>
    page.ear?.event({
      id: crypto.randomUUID(),
      step: 'call',
      from: 'client',
      to: 'resource server',
      at,
      outcome: 'failed',
      error,
      hint: redact(hint),
      // The path may hold a secret.
      detail: {
        method: 'other',
        url: placeOf(origin),
        ...(status && { status }),
        token: 'none',
      },
    })
}

/**
 * Whether a call failed because it had no token, as far as can be seen: at the origin of a resource any failure
 * counts, elsewhere only a 401 or 403.
 */
const wantsToken = ({ ok, status }: Partial<Response>, isNear: boolean): boolean =>
  !ok && (isNear || status === 401 || status === 403)

/**
 * Tell the developer why a call may have failed: its URL matches no entry of `resources`.
 *
 * @param answer missing if `resources` is empty: then nothing is sent
 */
export async function tellNearMiss(
  page: Start,
  href: string,
  answer?: Promise<Response>,
): Promise<void> {
  const { resources } = page.config()
  const called = parseUrl(href, document.baseURI)
  const tell = teller(page, called?.origin ?? '')
  if (!answer) return tell('config', 'resources: it is empty, so no URL gets a token.')
  // Its URL matches, so the vault is already sending this call.
  if (!called || matchResource(resources, called.href)) return
  const said = await answer.catch((): Partial<Response> => ({}))
  const [nearest] = resources
    .map(({ url }) => url)
    .toSorted((a, b) => sharedBy(b.href, called.href) - sharedBy(a.href, called.href))
  const isNear = nearest?.origin === called.origin
  if (!wantsToken(said, isNear)) return
  const hint = `No entry of \`resources\` has its URL; the nearest is "${nearest}".`
  tell('url_not_allowed', hint, said.status)
  if (isNear)
    // eslint-disable-next-line no-console -- only in development
    console.warn(`pixy-auth: ${called.origin}${called.pathname} got no token. ${hint}`)
}
