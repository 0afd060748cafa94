import { checkParams, refuse, secret, secureUrl } from './check.js'
import type { AuthOptions, AuthorizationServer, Resource } from './options.js'

export type { AuthorizationServer, Store } from './options.js'

/** A `resources` entry with its URL parsed. */
export interface ResolvedResource extends Omit<Resource, 'url'> {
  readonly url: URL
  /** Which token it wants: resources of the same key share one. */
  readonly key: string
}

/** The options, checked, with defaults and with every URL absolute. Frozen. */
export interface Config extends Omit<AuthOptions, 'resources'> {
  readonly server: Partial<AuthorizationServer>
  readonly scope: string
  readonly resources: readonly ResolvedResource[]
  readonly store: NonNullable<AuthOptions['store']>
  /** Milliseconds. */
  readonly timeout: number
  /** Names this issuer and client in stores, locks and channels. */
  readonly key: string
}

// Every member of AuthOptions, and what it must be: another one is a mistake of the caller.
const types: Readonly<Record<string, string>> = {
  // No inherited name counts.
  __proto__: null as never,
  issuer: 'string',
  server: 'object',
  clientId: 'string',
  redirectUri: 'string',
  scope: 'string',
  resources: 'object',
  dpop: 'boolean',
  par: 'boolean',
  store: 'string or object',
  postLogoutRedirectUri: 'string',
  verifySignature: 'boolean',
  timeout: 'number',
  navigate: 'function',
  params: 'object',
  tokenParams: 'object',
}

/** Only what it says itself: somebody may have put more into `Object.prototype`. */
export const own = <T extends object>(given: T): T => ({ __proto__: null, ...given })

/** The name of a token: what has neither scope nor resource of its own shares one. */
export function tokenKey(scope = '', resource = ''): string {
  return scope || resource ? JSON.stringify([scope, resource]) : ''
}

function resolveResource(entry: string | Resource, base: string): ResolvedResource {
  const resource = own(typeof entry === 'string' ? { url: entry } : entry)
  const url = secureUrl('resources', resource.url, base)
  if (url.search) refuse('resources', 'leave out the query.')
  return own({ ...resource, url, key: tokenKey(resource.scope, resource.resource) })
}

/** Whether an ID token is asked for. */
export const hasOpenid = (scope: string): boolean => scope.split(' ').includes('openid')

function checkServer({ issuer, server: given, scope = '', verifySignature }: AuthOptions): void {
  const server = own(given as Partial<AuthorizationServer>)
  for (const [name, value] of Object.entries(server)) {
    if (/secret/i.test(name)) refuse('server', secret)
    if (/_(endpoint|uri)$/.test(name)) secureUrl(`server.${name}`, value)
  }
  const isKnown = server.authorization_endpoint && server.token_endpoint
  if (verifySignature && isKnown && !server.jwks_uri)
    refuse('verifySignature', 'set `jwks_uri` in `server`.')
  if (issuer !== undefined) {
    if (secureUrl('issuer', issuer).search) refuse('issuer', 'leave out the query.')
  } else if (!isKnown) refuse('issuer', 'set it, or endpoints in `server`.')
  else if (hasOpenid(scope)) refuse('scope', '"openid" needs `issuer`.')
}

function checkTypes(options: AuthOptions): void {
  for (const [name, value] of Object.entries(options)) {
    const type = types[name]
    if (!type) return refuse(name, /secret/i.test(name) ? secret : 'no such option.')
    if (value === null || (value !== undefined && !type.includes(typeof value)))
      refuse(name, `give a ${type}.`)
  }
}

/**
 * Check the options and resolve their paths on `base`; without `base` (at `createAuth`, where the
 * page's address is not looked at) everything is checked that needs none.
 *
 * @throws AuthError `config`, naming the option and the remedy
 */
export function resolveConfig(options: AuthOptions, base?: string): Config {
  // At createAuth a path cannot be placed yet: any origin does for the other checks.
  const place = base ?? 'https://a.invalid'
  const given = own(options ?? refuse('options', 'give an object.'))
  checkTypes(given)
  checkServer(given)
  checkParams('params', given.params)
  checkParams('tokenParams', given.tokenParams)
  const { issuer, clientId, resources = [], store = 'indexeddb', timeout = 10 } = given
  const server = own(given.server as Partial<AuthorizationServer>)
  const { scope = issuer ? 'openid profile email' : '', postLogoutRedirectUri: after } = given
  if (!clientId) refuse('clientId', 'set it.')
  if (!Array.isArray(resources)) refuse('resources', 'give a list.')
  if (!(timeout > 0 && timeout <= 600)) refuse('timeout', 'give seconds, up to 600.')
  if (
    typeof store === 'string'
      ? !/^(indexeddb|session|memory)$/.test(store)
      : !store.get || !store.update
  )
    refuse('store', 'give "indexeddb", "session", "memory", or a Store.')
  // sessionStorage takes text only, and the key must not become any.
  if (given.dpop && store === 'session') refuse('store', '"session" keeps no key for `dpop`.')
  const { href, origin } = secureUrl('redirectUri', given.redirectUri, place)
  if (base && origin !== new URL(base).origin) refuse('redirectUri', 'use this origin.')
  return Object.freeze(
    own({
      ...given,
      server,
      redirectUri: href,
      scope,
      resources: resources.map((entry) => resolveResource(entry, place)),
      store,
      postLogoutRedirectUri: after && secureUrl('postLogoutRedirectUri', after, place).href,
      timeout: timeout * 1000,
      key: `${issuer ?? server.token_endpoint} ${clientId}`,
    }),
  )
}
