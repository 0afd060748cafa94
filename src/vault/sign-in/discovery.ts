import type { VaultConfig } from '../../config.js'
import { AuthError } from '../../errors.js'
import { own } from '../../lib/own.js'
import type { AuthorizationServer } from '../../options.js'
import type { RequestContext } from '../context.js'
import { fromServer, type Json } from '../token/errors.js'
import { http } from '../token/http.js'
import { toServer } from './metadata.js'

type DiscoveryContext = Pick<RequestContext, 'config' | 'notes' | 'sharedStore'>

const dayMs = 86_400_000

interface Cached {
  readonly at: number
  readonly document: Json
}

// Requests for metadata under way: a click on "Sign in" joins the request that was made while the page was
// idle.
const underWay = new WeakMap<DiscoveryContext, Promise<AuthorizationServer>>()

/**
 * The server's metadata: as the app gives it, from the store, or discovered. A copy of the last day is used as
 * it is. One of the last week is used too, and renewed in the background.
 *
 * @throws AuthError `discovery_failed`, `issuer_mismatch`, `config`, `cors`, `network`, `timeout`, …
 * @see [RFC 8414 §3](https://www.rfc-editor.org/rfc/rfc8414#section-3)
 * @see [OpenID Connect Discovery §4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig)
 */
export function discover(context: DiscoveryContext): Promise<AuthorizationServer> {
  let request = underWay.get(context)
  if (!request) {
    request = metadata(context)
      .then((server) => refuseMixUp(context.config, server))
      .finally(() => underWay.delete(context))
    underWay.set(context, request)
  }
  return request
}

async function metadata(context: DiscoveryContext): Promise<AuthorizationServer> {
  const { config, sharedStore } = context
  const { authorization_endpoint, token_endpoint } = config.server
  if (authorization_endpoint && token_endpoint) return toServer(own({}), config)
  const cached = await sharedStore.get(nameFor(config)).catch(() => undefined)
  const { at, document } = own(cached as Partial<Cached>)
  const age = typeof at === 'number' ? Math.abs(Date.now() - at) : Infinity
  if (!document || !(age < 7 * dayMs)) return download(context)
  try {
    const server = toServer(document, config)
    if (age > dayMs) download(context).catch(() => {})
    return server
  } catch {
    // The copy is not in the form in which this version stores it.
    return download(context)
  }
}

const nameFor = ({ key }: VaultConfig): string => `pixy-auth:server:${key}`

async function download(context: DiscoveryContext): Promise<AuthorizationServer> {
  const { config, sharedStore } = context
  const document = await findDocument(context)
  const server = toServer(document, config)
  const cached: Cached = { at: Date.now(), document }
  await sharedStore.update(nameFor(config), () => cached).catch(() => {})
  return server
}

/** OpenID Connect Discovery first, then RFC 8414, which puts the issuer's path last. */
async function findDocument(context: DiscoveryContext): Promise<Json> {
  const { origin, pathname } = new URL(context.config.issuer ?? '')
  const path = pathname.replace(/\/$/, '')
  try {
    return await documentAt(context, `${origin}${path}/.well-known/openid-configuration`)
  } catch (failure) {
    const error = fromServer(failure)
    // Some servers send no CORS headers with a 404.
    if (error.retryable && error.code !== 'cors') throw error
    const url = `${origin}/.well-known/oauth-authorization-server${path}`
    return documentAt(context, url).catch(() => {
      throw error.code === 'cors'
        ? error
        : new AuthError('discovery_failed', 'Check `issuer`, or set `server`.')
    })
  }
}

/** A metadata document must name its issuer. */
async function documentAt(context: DiscoveryContext, url: string): Promise<Json> {
  const { json } = await http(context, 'discovery', url)
  if (typeof json['issuer'] !== 'string')
    throw new AuthError('discovery_failed', 'Its `issuer` is missing.')
  return json
}

// By redirect URI: the issuers that are used on this page, and whether their answers name them.
const met = new Map<string, Map<string, boolean>>()

/**
 * Refuse two issuers that share a redirect URI and do not name themselves in their answers: an answer of one
 * could be taken for an answer of the other.
 *
 * @see [RFC 9700 §4.4.2.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.4.2.2)
 */
function refuseMixUp(config: VaultConfig, server: AuthorizationServer): AuthorizationServer {
  // Two spellings of one URL are one page.
  const redirectUri = new URL(config.redirectUri).href
  const { issuer, authorization_response_iss_parameter_supported: isNamed = false } = server
  const issuers = (met.get(redirectUri) ?? new Map<string, boolean>()).set(issuer, isNamed)
  met.set(redirectUri, issuers)
  const nameless = [...issuers.values()].filter((names) => !names)
  if (!isNamed && nameless.length > 1)
    throw new AuthError('config', 'redirectUri: give each issuer a redirect URI of its own.')
  return server
}
