import type { EventEmitter } from 'node:events'
import { createLocalJWKSet } from 'jose'
import { defaultAudience } from './audience.js'
import {
  configuration,
  type ConfidentialClient,
  type Policy,
} from './authorization/configuration.js'
import { interactions } from './authorization/interactions.js'
import { createKeys } from './authorization/keys.js'
import { assets, pageHeaders } from './authorization/page.js'
import { losing } from './authorization/losing.js'
import { plain } from './authorization/plain.js'
import { Provider } from './authorization/provider.js'
import { userInfo } from './authorization/user-info.js'
import { createUsers, type User } from './authorization/users.js'
import { listen } from './listen.js'
import { accessTokens } from './resource/access-token.js'
import { breakable, createSwitches, type Switches } from './switches.js'

/** The options of `startAuthorizationServer`. */
export interface AuthorizationServerOptions {
  /** The origins of the app. CORS allows them, and the default redirect URIs are on them. */
  readonly appOrigins: readonly string[]
  /** Default: `/` and `/callback` of each app origin. */
  readonly redirectUris?: readonly string[]
  /** Default: `/` of each app origin. */
  readonly postLogoutRedirectUris?: readonly string[]
  /** Default: a free port. */
  readonly port?: number
  /** Default `pixy-demo`. */
  readonly clientId?: string
  /** Makes the client a confidential one, which sends its secret by `client_secret_basic`. */
  readonly clientSecret?: string
  /** A second client. */
  readonly backend?: ConfidentialClient
  /** The APIs that tokens are issued for. The first one is the default. */
  readonly audiences?: readonly [string, ...string[]]
  /** Seconds. Default 60, so that a user can watch the token being renewed. */
  readonly accessTokenLifetime?: number
  /** The accounts that exist from the start. Any other name creates one. */
  readonly users?: readonly User[]
  /** The switches that the demo's page sets for this server. Default: all off. */
  readonly switches?: Switches
}

/** A running authorization server. */
export interface AuthorizationServer {
  readonly issuer: string
  readonly clientId: string
  close(): Promise<void>
}

/**
 * Start a certified authorization server (oidc-provider) on loopback: one client, public by default, PKCE
 * required, refresh tokens that rotate, revocation, logout, PAR and DPoP. All state is in memory and
 * is lost when the server closes.
 */
export async function startAuthorizationServer(
  options: AuthorizationServerOptions,
): Promise<AuthorizationServer> {
  const listener = await listen(options.port)
  const issuer = listener.origin
  const policy = withDefaults(options)
  const users = createUsers(options.users)
  const keys = await createKeys()
  const provider = new Provider(issuer, configuration({ issuer, policy, users, keys }))
  const verify = accessTokens({
    issuer,
    audience: `${issuer}/me`,
    keys: createLocalJWKSet({ keys: keys.published }),
  })
  provider.use(plain)
  provider.use(losing(policy.switches))
  provider.use(pageHeaders(policy.appOrigins))
  provider.use(assets)
  provider.use(userInfo({ issuer, verify, users, appOrigins: policy.appOrigins }))
  provider.use(interactions(provider, users, policy.appOrigins))
  reportFaults(provider)
  listener.handle(breakable(policy.switches, provider.callback()))
  return { issuer, clientId: policy.clientId, close: () => listener.close() }
}

function withDefaults(options: AuthorizationServerOptions): Policy {
  const { appOrigins } = options
  const at = (...paths: string[]) => appOrigins.flatMap((o) => paths.map((path) => o + path))
  return {
    appOrigins,
    redirectUris: options.redirectUris ?? at('/', '/callback'),
    postLogoutRedirectUris: options.postLogoutRedirectUris ?? at('/'),
    clientId: options.clientId ?? 'pixy-demo',
    clientSecret: options.clientSecret,
    backend: options.backend,
    audiences: options.audiences ?? [defaultAudience],
    accessTokenLifetime: options.accessTokenLifetime ?? 60,
    switches: options.switches ?? createSwitches(),
  }
}

/** Print one line instead of Koa's stack traces, and nothing for errors of the client. */
function reportFaults(provider: EventEmitter) {
  provider.on('error', report)
  provider.on('server_error', (_ctx: unknown, error: Error) => report(error))
}

function report(error: Error & { expose?: boolean }) {
  if (!error.expose) console.error(`Authorization server: ${error.message}`)
}
