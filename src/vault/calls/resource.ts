import { AuthError } from '../../errors.js'
import { matchResource, type ResolvedResource } from '../../lib/resources.js'

const dot = String.raw`(\.|%(25)*2e)`
const end = String.raw`([/;\\]|%(25)*(2f|3b|5c)|$)`
// `..` as a segment, with a path parameter or in any encoding. The URL parser resolves the plain one.
const climbs = new RegExp(`${end}${dot}${dot}${end}`, 'i')

/**
 * The resource that a URL belongs to. A URL with an encoded `..` is refused: the browser leaves it in, but a
 * server may decode it, and so leave the path of the resource.
 *
 * @throws AuthError `url_not_allowed`
 */
export function resourceOf(resources: readonly ResolvedResource[], href: string): ResolvedResource {
  const resource = matchResource(resources, href)
  if (!resource) throw new AuthError('url_not_allowed', 'It matches no entry of `resources`.')
  if (!isOrigin(resource) && climbs.test(new URL(href).pathname))
    throw new AuthError('url_not_allowed', 'Its path leads out by an encoded `..`.')
  return resource
}

/** Whether the resource is a whole origin: then no `..` or redirect can leave its path. */
export const isOrigin = ({ url }: ResolvedResource): boolean => url.pathname === '/'
