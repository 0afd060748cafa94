import { processDiscoveryResponse } from 'oauth4webapi'
import { isSecure, type Config } from '../../config.js'
import { AuthError } from '../../errors.js'
import type { AuthorizationServer } from '../../options.js'
import type { Inside } from '../vault.js'
import { ask } from './ask.js'
import { classify, Refusal, type Json } from './classify.js'

const day = 86_400_000

interface Cached {
  readonly at: number
  readonly document: Json
}

// Only what is used is kept, member by member: a hostile document brings nothing else in.
const used =
  /^(((authorization|token|userinfo|revocation|end_session|pushed_authorization_request)_endpoint)|jwks_uri|require_pushed_authorization_requests|authorization_response_iss_parameter_supported|id_token_signing_alg_values_supported)$/

// `none` is nobody's signature, and HS256 takes a secret that a page has not got.
const asymmetric = /^((RS|PS|ES)\d+|EdDSA|Ed25519|ML-DSA-\d+)$/

/** The metadata, checked: endpoints by https (or on loopback), algorithms asymmetric. */
function toServer(document: Json, { issuer, server }: Config): AuthorizationServer {
  const entries = Object.entries({ ...document, ...server }).filter(
    ([name, value]) => used.test(name) && value,
  )
  for (const [name, value] of entries)
    if (
      /_(endpoint|uri)$/.test(name) &&
      !(URL.canParse(String(value)) && isSecure(new URL(String(value))))
    )
      throw new AuthError('discovery_failed', `${name} is not an https URL.`)
  const picked = Object.fromEntries(entries) as Partial<AuthorizationServer>
  const {
    authorization_endpoint,
    token_endpoint,
    id_token_signing_alg_values_supported: listed,
  } = picked
  if (!authorization_endpoint || !token_endpoint)
    throw new AuthError('discovery_failed', 'An endpoint is missing.')
  const algorithms = Array.isArray(listed) ? listed.filter((name) => asymmetric.test(name)) : []
  return {
    ...picked,
    authorization_endpoint,
    token_endpoint,
    issuer: issuer ?? token_endpoint,
    id_token_signing_alg_values_supported: algorithms.length > 0 ? algorithms : ['RS256'],
  }
}

async function fetchDocument(issuer: URL, url: string, timeout: number): Promise<Json> {
  const { json } = await ask(url, { within: timeout })
  return { ...(await processDiscoveryResponse(issuer, Response.json(json))) }
}

/** OpenID Connect Discovery first, then RFC 8414, which puts the issuer's path last. */
async function discover({ issuer = '', timeout }: Config): Promise<Json> {
  const url = new URL(issuer)
  const path = url.pathname.replace(/\/$/, '')
  try {
    return await fetchDocument(
      url,
      `${url.origin}${path}/.well-known/openid-configuration`,
      timeout,
    )
  } catch (failure) {
    const error = classify(failure)
    // Some servers send no CORS headers with a 404.
    if (!(failure instanceof Refusal) && error.code !== 'cors') throw error
    try {
      return await fetchDocument(
        url,
        `${url.origin}/.well-known/oauth-authorization-server${path}`,
        timeout,
      )
    } catch (second) {
      const { code } = classify(second)
      if (code === 'issuer_mismatch' || error.retryable)
        throw code === 'issuer_mismatch' ? classify(second) : error
      throw new AuthError('discovery_failed')
    }
  }
}

/**
 * The server's metadata: by hand, from the store, or discovered. A copy of the last day is used as
 * it is; one of the last week is used too, and renewed behind the caller's back.
 *
 * @see RFC 8414 section 3 · https://openid.net/specs/openid-connect-discovery-1_0.html
 */
export async function metadata({ config, shared }: Inside): Promise<AuthorizationServer> {
  const { authorization_endpoint, token_endpoint } = config.server
  if (authorization_endpoint && token_endpoint) return toServer({}, config)
  const name = `pixy-auth:server:${config.key}`

  async function renew(): Promise<AuthorizationServer> {
    const document = await discover(config)
    const server = toServer(document, config)
    await shared.update(name, () => ({ at: Date.now(), document }) satisfies Cached).catch(() => {})
    return server
  }

  const cached = (await shared.get(name).catch(() => undefined)) as Cached | undefined
  const age = Math.abs(Date.now() - (cached?.at ?? 0))
  if (!cached || age > 7 * day) return renew()
  if (age > day) renew().catch(() => {})
  return toServer(cached.document, config)
}
