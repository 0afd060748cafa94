import { isSecure, parsed } from '../../check.js'
import { own, type Config } from '../../config.js'
import { AuthError } from '../../errors.js'
import type { AuthorizationServer } from '../../options.js'
import type { Inside } from '../inside.js'
import { ask } from './ask.js'
import { classify, type Json } from './classify.js'
import { fault } from '../../remedies.js'

const day = 86_400_000

interface Cached {
  readonly at: number
  readonly document: Json
}

// Only what is used is kept, member by member: a hostile document brings nothing else in.
const used =
  /^(issuer|jwks_uri|(authorization|token|userinfo|revocation|end_session|pushed_authorization_request)_endpoint|require_pushed_authorization_requests|authorization_response_iss_parameter_supported|(id_token|dpop)_signing_alg_values_supported)$/

// `none` is nobody's signature, and HS256 takes a secret that a page has not got.
const asymmetric = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'

function isEndpoint(value: unknown): boolean {
  const url = typeof value === 'string' ? parsed(value) : undefined
  return isSecure(url) && !url?.username && !url?.password
}

/** The metadata, checked: endpoints by https (or on loopback), algorithms asymmetric. */
function toServer(document: Json, { issuer = '', server }: Config): AuthorizationServer {
  const { issuer: named = issuer } = document
  // With or without a slash at the end of a bare origin is the same; the server's spelling counts.
  const isNamed = typeof named === 'string' && parsed(named)?.href === parsed(issuer)?.href
  if (!isNamed) throw fault('issuer_mismatch')
  const all = Object.entries({ ...document, issuer: named, ...server }).filter(
    ([name, value]) => used.test(name) && value,
  )
  for (const [name, value] of all)
    if (/_(endpoint|uri)$/.test(name) && !isEndpoint(value))
      throw fault('discovery_failed', `${name} is not an https URL.`)
  const picked = own(Object.fromEntries(all)) as unknown as AuthorizationServer
  const {
    authorization_endpoint,
    token_endpoint,
    id_token_signing_alg_values_supported: listed,
  } = picked
  if (!authorization_endpoint || !token_endpoint)
    throw fault('discovery_failed', 'An endpoint is missing.')
  const pinned = asymmetric.split(' ')
  const algorithms = pinned.filter((name) => [listed].flat().includes(name))
  return Object.assign(picked, {
    issuer: picked.issuer ?? token_endpoint,
    id_token_signing_alg_values_supported: algorithms.length > 0 ? algorithms : pinned,
  })
}

/** A metadata document: of whom it is, it must say. */
async function documentAt(url: string, timeout: number): Promise<Json> {
  const { json } = await ask(url, { within: timeout })
  if (typeof json['issuer'] !== 'string') throw fault('discovery_failed')
  return json
}

/** OpenID Connect Discovery first, then RFC 8414, which puts the issuer's path last. */
async function discover({ issuer = '', timeout }: Config): Promise<Json> {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const openid = `${origin}${path}/.well-known/openid-configuration`
  return documentAt(openid, timeout).catch((failure: unknown) => {
    const error = classify(failure)
    // Some servers send no CORS headers with a 404.
    if (error.retryable && error.code !== 'cors') throw error
    return documentAt(`${origin}/.well-known/oauth-authorization-server${path}`, timeout).catch(
      () => {
        throw error.code === 'cors' ? error : fault('discovery_failed')
      },
    )
  })
}

/**
 * The server's metadata: by hand, from the store, or discovered. A copy of the last day is used as
 * it is; one of the last week is used too, and renewed behind the caller's back.
 *
 * @see RFC 8414 section 3 · https://openid.net/specs/openid-connect-discovery-1_0.html
 */
export function metadata(inside: Inside): Promise<AuthorizationServer> {
  let asked = asking.get(inside)
  if (!asked) {
    asked = resolved(inside)
      .then((server) => distinct(inside.config, server))
      .finally(() => asking.delete(inside))
    asking.set(inside, asked)
  }
  return asked
}

// A click on "Sign in" joins the question that idle time has asked already.
const asking = new WeakMap<Inside, Promise<AuthorizationServer>>()

// The issuers met on this page, by redirect URI, and whether their answers say whose they are.
const met = new Map<string, Map<string, boolean>>()

/** One issuer's answer must not pass for another's. @see RFC 9700 section 4.4.2.2 */
function distinct({ redirectUri }: Config, server: AuthorizationServer): AuthorizationServer {
  const { issuer, authorization_response_iss_parameter_supported: named = false } = server
  const issuers = (met.get(redirectUri) ?? new Map<string, boolean>()).set(issuer, named)
  met.set(redirectUri, issuers)
  const nameless = [...issuers.values()].filter((names) => !names)
  if (!named && nameless.length > 1)
    throw new AuthError('config', 'redirectUri: give each issuer one of its own.')
  return server
}

async function resolved({ config, shared }: Inside): Promise<AuthorizationServer> {
  const { authorization_endpoint, token_endpoint } = config.server
  if (authorization_endpoint && token_endpoint) return toServer(own({}), config)
  const name = `pixy-auth:server:${config.key}`

  async function renew(): Promise<AuthorizationServer> {
    const document = await discover(config)
    const server = toServer(document, config)
    await shared.update(name, () => ({ at: Date.now(), document }) satisfies Cached).catch(() => {})
    return server
  }

  const cached = await shared.get(name).catch(() => undefined)
  const { at, document } = own(cached as Partial<Cached>)
  const age = typeof at === 'number' ? Math.abs(Date.now() - at) : Infinity
  if (!document || !(age < 7 * day)) return renew()
  try {
    const server = toServer(document, config)
    if (age > day) renew().catch(() => {})
    return server
  } catch {
    // Not as this version wrote it.
    return renew()
  }
}
