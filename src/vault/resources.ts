import { parsed } from '../check.js'
import type { ResolvedResource } from '../config.js'

/**
 * The entry that a URL belongs to: exactly its origin, and its path or something below it, by whole
 * segments. The most specific one wins. `..` is resolved by the URL parser before; a URL with
 * credentials in it belongs nowhere.
 */
export function matchResource(
  resources: readonly ResolvedResource[],
  href: string,
  base?: string,
): ResolvedResource | undefined {
  const target = parsed(href, base)
  if (!target) return undefined
  const { origin, pathname, username, password } = target
  const below = ({ url }: ResolvedResource): boolean =>
    origin === url.origin &&
    !username &&
    !password &&
    `${pathname}/`.startsWith(url.pathname.replace(/\/?$/, '/'))
  return resources
    .filter(below)
    .toSorted((a, b) => b.url.pathname.length - a.url.pathname.length)[0]
}
