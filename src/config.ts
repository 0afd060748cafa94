import type { CallbackResult } from './door.js'
import { AuthError } from './errors.js'
import { checkParams, checkTypes, noSecret, noSuchOption, refuse, secureUrl } from './lib/check.js'
import { own } from './lib/own.js'
import { resolveResource, type ResolvedResource } from './lib/resources.js'
import type { AuthOptions, AuthorizationServer, Store } from './options.js'

/**
 * Take the user to the server while this page stays.
 *
 * @param ask gives the authorize URL
 * @param onLeaving called with a function that goes there once more
 * @throws AuthError `aborted` by the signal, and what `ask` rejects with
 */
export type Leave = (
  ask: () => Promise<string>,
  signal: AbortSignal | undefined,
  onLeaving: (again: () => void) => void,
) => Promise<CallbackResult>

/** The options that the page needs. Frozen, with absolute URLs. */
export interface PageConfig {
  /** Names this issuer and client in stores, locks and channels. */
  readonly key: string
  readonly redirectUri: string
  /** As the app gave it: `page/optional/answers.ts` resolves it. */
  readonly popupRedirectUri?: AuthOptions['popupRedirectUri']
  readonly resources: readonly ResolvedResource[]
  readonly navigate?: AuthOptions['navigate']
  readonly stepUp?: AuthOptions['stepUp']
  readonly restore?: boolean | undefined
  readonly store?: AuthOptions['store']
  readonly idle?: AuthOptions['idle']
  /** In an app shell: takes the user to the server, in place of a redirect of the page. */
  readonly leave?: Leave
}

/** The options that the vault needs. Frozen, with absolute URLs. */
export interface VaultConfig
  extends
    Omit<PageConfig, 'navigate' | 'stepUp' | 'restore' | 'popupRedirectUri' | 'leave'>,
    Pick<
      AuthOptions,
      | 'issuer'
      | 'clientId'
      | 'dpop'
      | 'par'
      | 'postLogoutRedirectUri'
      | 'verifySignature'
      | 'maxSession'
      | 'params'
      | 'tokenParams'
    > {
  readonly server: Partial<AuthorizationServer>
  readonly scope: string
  readonly store: NonNullable<AuthOptions['store']>
  /** Milliseconds. */
  readonly timeout: number
}

/** The options, checked, with their defaults. */
export type Config = PageConfig & VaultConfig

// Every option, and what it must be: of a type, or one of some values. Without an entry for every option this
// does not compile.
const types: Readonly<Record<keyof AuthOptions, string>> = {
  issuer: 'a string',
  server: 'an object',
  clientId: 'a string',
  redirectUri: 'a string',
  scope: 'a string',
  resources: 'a list',
  dpop: 'a boolean',
  par: 'a boolean',
  store: 'a string or object',
  postLogoutRedirectUri: 'a string',
  verifySignature: 'a boolean',
  timeout: 'a number',
  navigate: 'a function',
  popupRedirectUri: 'a string',
  stepUp: '"reject", "popup" or "redirect"',
  restore: 'a boolean',
  maxSession: 'a number',
  idle: 'an object',
  params: 'an object',
  tokenParams: 'an object',
}

/** Whether an ID token is asked for. */
export const hasOpenid = (scope: string): boolean => scope.split(' ').includes('openid')

/** Lists all names, so that a developer who used another library's name finds ours. */
const unknown = (name: string): never =>
  refuse(
    name,
    /secret/i.test(name)
      ? noSecret
      : `${noSuchOption} There are: ${Object.keys(types).join(', ')}.`,
  )

function checkServer({ server: given, verifySignature }: AuthOptions): void {
  const server = own(given as Partial<AuthorizationServer>)
  for (const [name, value] of Object.entries(server)) {
    if (/secret/i.test(name)) refuse('server', noSecret)
    if (/_(endpoint|uri)$/.test(name)) secureUrl(`server.${name}`, value)
  }
  if (verifySignature && hasEndpoints(server) && !server.jwks_uri)
    refuse('verifySignature', 'set `jwks_uri` in `server`.')
}

/** Whether the app gives both endpoints, so that nothing needs to be discovered. */
const hasEndpoints = (server: Partial<AuthorizationServer>): boolean =>
  !!(server.authorization_endpoint && server.token_endpoint)

function checkIssuer({ issuer, server, scope = '' }: AuthOptions): void {
  if (issuer !== undefined) {
    if (/\?|\/\.well-known\//.test(secureUrl('issuer', issuer).href))
      refuse('issuer', 'leave out `/.well-known/…`, query.')
  } else if (!hasEndpoints(own(server as Partial<AuthorizationServer>)))
    refuse(
      'issuer',
      'set it, or both endpoints in `server`: `authorization_endpoint`, `token_endpoint`.',
    )
  else if (hasOpenid(scope)) refuse('scope', '"openid" needs `issuer`.')
}

function checkStore({ store, dpop }: AuthOptions): void {
  const { get, update } = Object(store) as Partial<Store>
  const isStore = get && update
  if (!isStore && !/^(indexeddb|session|memory)$/.test(String(store ?? 'indexeddb')))
    refuse('store', 'give "indexeddb", "session", "memory", or a Store.')
  // sessionStorage takes text only, and a private key must not become text.
  if (dpop && store === 'session') refuse('store', '"session" keeps no key for `dpop`.')
}

function checkOptions(options: AuthOptions): void {
  checkTypes(options, types, unknown)
  checkServer(options)
  checkIssuer(options)
  checkStore(options)
  checkParams('params', options.params)
  checkParams('tokenParams', options.tokenParams)
  const { timeout = 10 } = options
  if (!options.clientId) refuse('clientId', 'set it.')
  if (!(timeout > 0 && timeout <= 600)) refuse('timeout', 'give seconds, up to 600.')
}

/**
 * Check the options and resolve their paths.
 *
 * @param base the page's URL. `createAuth` has none, as it does not look at the page's address: then everything
 *   is checked that needs no base
 * @throws AuthError `config`, naming the option and the remedy
 */
export function resolveConfig(options: AuthOptions, base?: string): Config {
  const place = base ?? 'https://a.invalid'
  const given = own(options ?? refuse('options', 'give an object.'))
  checkOptions(given)
  const server = own(given.server as Partial<AuthorizationServer>)
  // A page of an extension, a `srcdoc` frame or a file: no server can redirect the user back to it.
  if (!place.startsWith('http')) throw new AuthError('insecure_context')
  const redirectUri = secureUrl('redirectUri', given.redirectUri, place)
  const { origin } = new URL(place)
  if (base && redirectUri.origin !== origin) refuse('redirectUri', `use this origin: ${origin}`)
  const after = given.postLogoutRedirectUri
  return Object.freeze(
    own({
      ...withDefaults(given),
      server,
      redirectUri: registered(given.redirectUri, redirectUri),
      resources: (given.resources ?? []).map((entry) => resolveResource(entry, place)),
      postLogoutRedirectUri:
        after && registered(after, secureUrl('postLogoutRedirectUri', after, place)),
      key: `${given.issuer ?? server.token_endpoint} ${given.clientId}`,
    }),
  )
}

/**
 * A URL as it is registered. Servers compare it as text, so an absolute URL is sent exactly as the app wrote
 * it.
 *
 * @see [RFC 9700 §4.1](https://www.rfc-editor.org/rfc/rfc9700#section-4.1)
 */
const registered = (given: string, { href }: URL): string => (given.startsWith('/') ? href : given)

function withDefaults(
  given: AuthOptions,
): AuthOptions & Pick<Config, 'scope' | 'store' | 'timeout'> {
  const { issuer, store = 'indexeddb', timeout = 10 } = given
  const { scope = issuer ? 'openid profile email' : '' } = given
  return { ...given, store, timeout: timeout * 1000, scope }
}
