import { resolveConfig, type VaultConfig } from '../config.js'
import { checkTypes, refuse, secureUrl } from '../lib/check.js'
import { own } from '../lib/own.js'
import { tokenKey } from '../lib/resources.js'
import type { AuthorizationServer } from '../options.js'
import type { BackendStore } from './store.js'

/** A private key as a JWK, for `private_key_jwt`. @see RFC 7517 */
export type ClientKey = JsonWebKey & { readonly kid?: string; readonly alg?: string }

/** An API that the page calls, either with a token that the page gets or through the backend. */
export interface BackendResource {
  /**
   * URL prefix of the API. If it is given, the page calls `api/<name>/…` of the backend, which forwards the call with
   * the token; the page never gets that token.
   */
  readonly url?: string | undefined
  /** Scope of a separate token for this API (space-separated). @see RFC 6749 section 6 */
  readonly scope?: string | undefined
  /** The `resource` parameter of a separate token for this API. @see RFC 8707 section 2 */
  readonly resource?: string | undefined
}

/** The options of `createBackend`. */
export interface BackendOptions {
  /**
   * Where the browser finds the backend: the app's origin and a path of its own, such as
   * `https://app.example.com/auth`. Nothing is taken from the request's `Host`. The redirect URI to
   * register at the server is this URL with `/callback`.
   */
  readonly url: string
  /** Issuer identifier; its metadata is discovered. @see RFC 8414 section 3 */
  readonly issuer?: string | undefined
  /** Metadata by hand, as in `createAuth`. */
  readonly server?: Partial<AuthorizationServer> | undefined
  /** The confidential client's identifier. @see RFC 6749 section 2.2 */
  readonly clientId: string
  /** The client's secret. @see RFC 6749 section 2.3.1 */
  readonly clientSecret?: string | undefined
  /** The client's private key, in place of a secret. @see RFC 7523 section 2.2 */
  readonly clientKey?: ClientKey | undefined
  /** How the secret is sent: by header (the default) or in the form. @see RFC 6749 section 2.3.1 */
  readonly clientAuthentication?: 'client_secret_basic' | 'client_secret_post' | undefined
  /**
   * The secret that encrypts the cookies: at least 32 random characters. In a list, the first secret encrypts, and
   * every secret can decrypt. To change it, put a new one in front, and remove the old one after `lifetime`.
   */
  readonly secrets: string | readonly string[]
  /** Space-separated. Default `'openid profile email'` with an issuer. @see RFC 6749 section 3.3 */
  readonly scope?: string | undefined
  /** The APIs that the page may call, each under a name. Default: the page gets the access token of the sign-in. */
  readonly resources?: Readonly<Record<string, BackendResource>> | undefined
  /** Always push the authorization request. Default: when the server requires it. @see RFC 9126 */
  readonly par?: boolean | undefined
  /** Check the ID token's signature too. Default `false`: the token comes from the server, by TLS. */
  readonly verifySignature?: boolean | undefined
  /** Where the user lands after a sign-out: a path of the app, or a URL. Default: the root of the app's origin. */
  readonly postLogoutRedirectUri?: string | undefined
  /** Extra parameters of the authorization request. */
  readonly params?: Readonly<Record<string, string>> | undefined
  /** Extra parameters of every token request. */
  readonly tokenParams?: Readonly<Record<string, string>> | undefined
  /** Seconds to wait for the server. Default 10. */
  readonly timeout?: number | undefined
  /** Seconds from a sign-in to the end of its session, even if the user stays active. Default: a day. */
  readonly lifetime?: number | undefined
  /** The name of the cookies. Default `pixy-auth`: a second backend of a host, on any port, needs its own name. */
  readonly cookie?: string | undefined
  /**
   * Where sessions are kept, such as a Keyv. Then the cookie holds only the name of the session. Default: the cookie
   * holds the whole session.
   */
  readonly store?: BackendStore | undefined
}

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
