import { resolveConfig, type VaultConfig } from '../config.js'
import { checkTypes, refuse, secureUrl } from '../lib/check.js'
import { own } from '../lib/own.js'
import { tokenKey } from '../lib/resources.js'
import type { BackendOptions } from './options.js'
import type { BackendStore } from './store.js'

/** An API to which calls are forwarded. */
export interface Upstream {
  readonly url: URL
  /** The key of its token, see `tokenKey`. */
  readonly key: string
}

/** The options, checked, with their defaults. */
export interface BackendConfig {
  readonly vault: VaultConfig
  /** The backend's own URL, without a slash at its end. */
  readonly url: URL
  readonly client: Pick<
    BackendOptions,
    'clientId' | 'clientSecret' | 'clientKey' | 'clientAuthentication'
  >
  readonly secrets: readonly string[]
  /** The keys of the tokens that the page may have. */
  readonly tokens: ReadonlySet<string>
  readonly upstreams: ReadonlyMap<string, Upstream>
  /** Milliseconds. */
  readonly lifetime: number
  readonly cookie: string
  readonly store: BackendStore | undefined
}

// The type or the allowed values of every option. If an option is missing here, the code does not compile.
const types: Readonly<Record<keyof BackendOptions, string>> = {
  url: 'a string',
  issuer: 'a string',
  server: 'an object',
  clientId: 'a string',
  clientSecret: 'a string',
  clientKey: 'an object',
  clientAuthentication: '"client_secret_basic" or "client_secret_post"',
  secrets: 'a string or list',
  scope: 'a string',
  resources: 'an object',
  par: 'a boolean',
  verifySignature: 'a boolean',
  postLogoutRedirectUri: 'a string',
  params: 'an object',
  tokenParams: 'an object',
  timeout: 'a number',
  lifetime: 'a number',
  cookie: 'a string',
  store: 'an object',
}

/** RFC 9700 §2.6, RFC 10017 §6.1: a backend is a confidential client. */
function checkClient({ clientSecret, clientKey }: BackendOptions): void {
  if (!clientSecret === !clientKey)
    refuse('clientSecret', 'a backend is a confidential client: give it, or `clientKey`.')
}

function secretsOf({ secrets }: BackendOptions): readonly string[] {
  const all = [secrets ?? []].flat()
  const areLong = all.every((one) => typeof one === 'string' && one.length >= 32)
  if (all.length === 0 || !areLong)
    refuse('secrets', 'give at least 32 random characters, such as of `openssl rand -base64 32`.')
  return all
}

function urlOf(options: BackendOptions): URL {
  const url = secureUrl('url', options.url)
  url.pathname = url.pathname.replace(/\/+$/, '')
  // Cookies go to every path of the origin, so only the path tells a route of the backend from a page of the app.
  if (url.pathname === '/' || url.search || /%|\/\//.test(url.pathname))
    refuse('url', 'give the origin of the app and a path of its own, such as "/auth".')
  return url
}

function resourcesOf({
  resources = {},
}: BackendOptions): Pick<BackendConfig, 'tokens' | 'upstreams'> {
  const tokens = new Set<string>()
  const upstreams = new Map<string, Upstream>()
  for (const [name, resource] of Object.entries(resources)) {
    checkTypes(resource, { url: 'a string', scope: 'a string', resource: 'a string' })
    const { url, scope, resource: target } = own({ ...resource })
    const key = tokenKey(scope, target)
    if (!/^[\w-]+$/.test(name)) refuse('resources', `use letters, digits, - and _ for "${name}".`)
    if (url === undefined) tokens.add(key)
    else upstreams.set(name, { url: upstreamUrl(url), key })
  }
  if (tokens.size + upstreams.size === 0) tokens.add('')
  return { tokens, upstreams }
}

function upstreamUrl(given: string): URL {
  const url = secureUrl('resources', given)
  if (url.search) refuse('resources', 'leave out the query.')
  return url
}

function storeOf({ store }: BackendOptions): BackendStore | undefined {
  const has = (name: 'get' | 'set' | 'delete'): boolean => typeof store?.[name] === 'function'
  if (store && !(has('get') && has('set') && has('delete')))
    refuse('store', 'give an object with `get`, `set` and `delete`, such as a Keyv.')
  return store
}

/** @throws AuthError `config`, naming the option and the remedy */
export function resolveBackend(given: BackendOptions): BackendConfig {
  const options = own(given ?? refuse('options', 'give an object.'))
  checkTypes(options, types)
  checkClient(options)
  const url = urlOf(options)
  const { clientId, clientSecret, clientKey, clientAuthentication, cookie = 'pixy-auth' } = options
  const { lifetime = 86_400, params } = options
  if (!(lifetime >= 60)) refuse('lifetime', 'give seconds, 60 at least.')
  if (!/^[\w-]{1,64}$/.test(cookie)) refuse('cookie', 'use letters, digits, - and _.')
  if (params?.['response_mode'] && params['response_mode'] !== 'query')
    refuse('params', 'use response_mode "query": a backend sees no fragment.')
  const { issuer, server, scope, par, verifySignature, tokenParams, timeout } = options
  const vault = resolveConfig(
    {
      issuer,
      server,
      clientId,
      scope,
      par,
      verifySignature,
      params,
      tokenParams,
      timeout,
      redirectUri: `${url.href}/callback`,
      postLogoutRedirectUri: options.postLogoutRedirectUri ?? '/',
      store: 'memory',
    },
    url.href,
  )
  return {
    vault,
    url,
    client: { clientId, clientSecret, clientKey, clientAuthentication },
    secrets: secretsOf(options),
    ...resourcesOf(options),
    lifetime: lifetime * 1000,
    cookie,
    store: storeOf(options),
  }
}
