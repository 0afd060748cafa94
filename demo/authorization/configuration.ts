import type { Configuration, KoaContextWithOIDC } from 'oidc-provider'
import { secondFactor } from '../second-factor.js'
import { shortLife, type Switches } from '../switches.js'
import { account, alsoForUserInfo, claimsForApi } from './account.js'
import { firstPartyGrant } from './first-party.js'
import type { Html } from './html.js'
import type { Keys } from './keys.js'
import { memory } from './memory.js'
import { failed, logout, signedOut } from './pages.js'
import { prompts } from './prompts.js'
import { errors } from './provider.js'
import type { Users } from './users.js'

/** A client that sends a secret by `client_secret_basic`. */
export interface ConfidentialClient {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
}

/** The clients, APIs and lifetimes of the authorization server. */
export interface Policy {
  readonly appOrigins: readonly string[]
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  readonly clientId: string
  readonly clientSecret?: string | undefined
  readonly backend?: ConfidentialClient | undefined
  readonly audiences: readonly [string, ...string[]]
  readonly accessTokenLifetime: number
  readonly switches: Switches
}

interface Setting {
  readonly issuer: string
  readonly policy: Policy
  readonly users: Users
  readonly keys: Keys
}

const scopes = ['openid', 'offline_access', 'profile', 'email']
const day = 86_400

/** oidc-provider's configuration for the demo. */
export function configuration({ issuer, policy, users, keys }: Setting): Configuration {
  return {
    acrValues: [secondFactor],
    adapter: memory(),
    clients: [policy, policy.backend ?? []].flat().map(client),
    clientAuthMethods: ['none', 'client_secret_basic'],
    clientBasedCORS: (_ctx, origin) => policy.appOrigins.includes(origin),
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    claims: { profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
    // Puts the claims into the ID token, so that the app needs no request to UserInfo.
    conformIdTokenClaims: false,
    cookies: cookies(issuer, keys),
    discovery: { prompt_values_supported: ['none', 'login', 'consent', 'create'] },
    extraTokenClaims: (ctx, token) => claimsForApi(ctx, token, users),
    features: features(policy, keys),
    findAccount: (_ctx, sub) => account(users, sub),
    formats: { customizers: { jwt: alsoForUserInfo(issuer, policy.switches.issued) } },
    interactions: { policy: prompts(), url: (_ctx, { uid }) => `/interaction/${uid}` },
    jwks: { keys: keys.signing },
    loadExistingGrant: (ctx) => firstPartyGrant(ctx, policy.audiences),
    pkce: { required: () => true },
    renderError: (ctx, { error, error_description }) => {
      ctx.body = failed(policy.appOrigins, error_description ?? error).text
    },
    responseTypes: ['code'],
    // A refresh token that is used twice revokes the whole grant (reuse detection).
    rotateRefreshToken: true,
    scopes,
    ttl: {
      AccessToken: () => lifeOf(policy),
      IdToken: 3600,
      Interaction: 3600,
      RefreshToken: 14 * day,
      Grant: 14 * day,
      Session: day,
    },
  }
}

const lifeOf = ({ switches, accessTokenLifetime }: Policy): number =>
  switches.on.has('short') ? shortLife : accessTokenLifetime

function client({
  clientId,
  clientSecret,
  redirectUris,
  postLogoutRedirectUris,
}: Policy | ConfidentialClient) {
  const method = clientSecret ? ('client_secret_basic' as const) : ('none' as const)
  return {
    client_id: clientId,
    client_name: 'Pixy demo',
    application_type: 'web' as const,
    token_endpoint_auth_method: method,
    ...(clientSecret && { client_secret: clientSecret }),
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code' as const],
    redirect_uris: [...redirectUris],
    post_logout_redirect_uris: [...postLogoutRedirectUris],
  }
}

/** All ports of localhost share their cookies, so each server has its own names. */
function cookies(issuer: string, keys: Keys): Configuration['cookies'] {
  const { port } = new URL(issuer)
  const names = {
    session: `session_${port}`,
    interaction: `interaction_${port}`,
    resume: `resume_${port}`,
  }
  return { keys: keys.cookies, names }
}

function features(policy: Policy, keys: Keys): Configuration['features'] {
  const { audiences } = policy
  return {
    devInteractions: { enabled: false },
    dPoP: { enabled: true, nonceSecret: keys.dpopNonce },
    pushedAuthorizationRequests: { enabled: true },
    revocation: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
    },
    resourceIndicators: {
      enabled: true,
      // A client that names no API gets a token for the first API.
      defaultResource: (_ctx, _client, oneOf) => oneOf?.[0] ?? audiences[0],
      useGrantedResource: () => true,
      getResourceServerInfo(_ctx, audience) {
        if (!audiences.includes(audience)) throw new errors.InvalidTarget()
        return {
          audience,
          scope: scopes.join(' '),
          accessTokenFormat: 'jwt' as const,
          accessTokenTTL: lifeOf(policy),
          jwt: { sign: { alg: 'ES256' as const } },
        }
      },
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => show(ctx, logout(form)),
      postLogoutSuccessSource: (ctx) => show(ctx, signedOut()),
    },
  }
}

function show(ctx: KoaContextWithOIDC, page: Html) {
  ctx.body = page.text
}
