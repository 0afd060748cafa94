import type { Resource } from '../options.js'
import { refuse, secureUrl } from './check.js'
import { own } from './own.js'
import { parseUrl } from './url.js'

/** An entry of `resources` with its URL parsed. */
export interface ResolvedResource extends Omit<Resource, 'url'> {
  readonly url: URL
  /** The key of its token: entries with the same key share one token. */
  readonly key: string
}

/** The key of a token: what it was requested for. It is '' for a token without scope and resource of its own. */
export function tokenKey(scope = '', resource = ''): string {
  return scope || resource ? JSON.stringify([scope, resource]) : ''
}

/** @throws AuthError `config` */
export function resolveResource(entry: string | Resource, base: string): ResolvedResource {
  const resource = own(typeof entry === 'string' ? { url: entry } : entry)
  // A pattern would be compared as plain text, and match nothing that was meant.
  if (/^ws|[*?{]|\/:/.test(resource.url))
    refuse(
      'resources',
      'give an https prefix, no pattern or query; a socket takes `getAccessToken()`.',
    )
  const url = secureUrl('resources', resource.url, base)
  return own({ ...resource, url, key: tokenKey(resource.scope, resource.resource) })
}

/**
 * The entry that a URL belongs to: exactly its origin, and its path or something below it, by whole
 * segments. The most specific entry wins. The URL parser has resolved `..` before; a URL with
 * credentials belongs to none.
 */
export function matchResource(
  resources: readonly ResolvedResource[],
  href: string,
  base?: string,
): ResolvedResource | undefined {
  const target = parseUrl(href, base)
  if (!target || target.username || target.password) return undefined
  const isBelow = ({ url }: ResolvedResource): boolean =>
    target.origin === url.origin &&
    `${target.pathname}/`.startsWith(url.pathname.replace(/\/?$/, '/'))
  return resources
    .filter(isBelow)
    .toSorted((a, b) => b.url.pathname.length - a.url.pathname.length)[0]
}
