import { matchResource, type ResolvedResource } from '../../lib/resources.js'
import { parseUrl } from '../../lib/url.js'

/** For the developer: why a call beside the path of a resource may have failed. */
export function tellNearMiss(
  answer: Promise<Response>,
  href: string,
  resources: readonly ResolvedResource[],
): void {
  const { origin, pathname } = parseUrl(href, document.baseURI) ?? {}
  const isNear = resources.some(({ url }) => url.origin === origin)
  if (!isNear || matchResource(resources, href, document.baseURI)) return
  const tell = (): void =>
    // eslint-disable-next-line no-console -- only in development
    console.warn(
      `pixy-auth: ${origin}${pathname} got no token: no entry of \`resources\` has its path.`,
    )
  answer.then(({ ok }) => ok || tell(), tell)
}
