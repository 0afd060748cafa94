import type { VaultConfig } from '../../config.js'
import { AuthError } from '../../errors.js'
import { own } from '../../lib/own.js'
import { isSecure, parseUrl } from '../../lib/url.js'
import type { AuthorizationServer } from '../../options.js'
import type { Json } from '../token/errors.js'

// Only these members are copied, so that a hostile document can bring in nothing else.
const used =
  /^(issuer|jwks_uri|(authorization|token|userinfo|revocation|end_session|pushed_authorization_request)_endpoint|require_pushed_authorization_requests|authorization_response_iss_parameter_supported|(id_token|dpop)_signing_alg_values_supported)$/

// `none` is no signature, and HS256 needs a secret that a page cannot keep.
const asymmetric = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'

// What Entra ID puts in place of a tenant, for the users of several tenants.
const shared = ['common', 'organizations']

function isEndpoint(value: unknown): boolean {
  const url = typeof value === 'string' ? parseUrl(value) : undefined
  return isSecure(url) && !url?.username && !url?.password
}

/**
 * The issuer that a document names. It must be the configured one, but a slash after a bare origin makes no
 * difference. Entra ID's document for several tenants has `{tenantid}` in place of the tenant; a document of
 * one tenant must not.
 */
function issuerIn(document: Json, issuer: string): unknown {
  const { issuer: named = issuer } = document
  const text = typeof named === 'string' ? named : ''
  const names = [text, ...shared.map((tenants) => text.replace('{tenantid}', tenants))]
  if (names.some((name) => parseUrl(name)?.href === parseUrl(issuer)?.href)) return named
  const detail = text && `The server calls itself "${text.slice(0, 200)}": write \`issuer\` so.`
  throw new AuthError('issuer_mismatch', detail)
}

/**
 * The metadata of a document, checked: endpoints by https (or on loopback), algorithms asymmetric. What the app
 * gives overrides what the document says. The issuer is spelled as the server spells it.
 *
 * @throws AuthError `issuer_mismatch`, `discovery_failed`
 * @see [RFC 8414 §2](https://www.rfc-editor.org/rfc/rfc8414#section-2)
 */
export function toServer(
  document: Json,
  { issuer = '', server }: VaultConfig,
): AuthorizationServer {
  const named = issuerIn(document, server.issuer ?? issuer)
  const all = Object.entries({ ...document, issuer: named, ...server }).filter(
    ([name, value]) => used.test(name) && value,
  )
  for (const [name, value] of all)
    if (/_(endpoint|uri)$/.test(name) && !isEndpoint(value))
      throw new AuthError('discovery_failed', `Its \`${name}\` is not an https URL.`)
  const picked = own(Object.fromEntries(all)) as unknown as AuthorizationServer
  for (const name of ['authorization_endpoint', 'token_endpoint'] as const)
    if (!picked[name]) throw new AuthError('discovery_failed', `Its \`${name}\` is missing.`)
  return Object.assign(picked, {
    issuer: picked.issuer ?? picked.token_endpoint,
    id_token_signing_alg_values_supported: algorithmsOf(picked),
  })
}

function algorithmsOf(server: AuthorizationServer): readonly string[] {
  const { id_token_signing_alg_values_supported: listed } = server
  const accepted = asymmetric.split(' ')
  const algorithms = accepted.filter((name) => [listed].flat().includes(name))
  return algorithms.length > 0 ? algorithms : accepted
}
