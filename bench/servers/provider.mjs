// A real authorization server for the bench: oidc-provider, which signs the user in without asking anything.
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { LIBRARIES } from '../build.mjs'

/** @import { IncomingMessage } from 'node:http' */

// oidc-provider warns about its defaults, which are right for a bench.
const { info, warn } = console
const hush = () => {
  console.info = () => {}
  console.warn = () => {}
}
hush()
const { errors, interactionPolicy, Provider } = await import('oidc-provider')

/**
 * @typedef {object} Setting
 * @property {{ key: string, cert: string } | undefined} tls none for plain http
 * @property {string} appOrigin
 * @property {number} delay milliseconds that each request waits for
 */

/**
 * @typedef {object} Running
 * @property {string} issuer
 * @property {string[]} requests all requests so far, such as `POST /oauth/token`
 * @property {(seconds: number) => void} setNextLifetime sets the lifetime of the next access token; others have an hour
 * @property {(token: string) => Promise<boolean>} isAlive whether an access token is valid
 * @property {() => Promise<void>} close
 */

/**
 * @param {Setting} setting
 * @returns {Promise<Running>}
 */
export async function startProvider({ tls, appOrigin, delay }) {
  const server = tls ? createSecureServer(tls) : createServer()
  await new Promise((resolve) => server.listen(0, 'localhost', () => resolve(undefined)))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const issuer = `${tls ? 'https' : 'http'}://localhost:${port}`
  /** @type {number | undefined} */
  let next
  const lifetime = () => {
    const seconds = next ?? 3600
    next = undefined
    return seconds
  }
  hush()
  const provider = new Provider(issuer, configuration(appOrigin, lifetime))
  console.info = info
  console.warn = warn
  provider.use(offline)
  provider.use(withoutQuestions(provider))
  /** @type {string[]} */
  const requests = []
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (request.method !== 'OPTIONS') requests.push(nameOf(request))
    setTimeout(() => void answer(request, response), delay)
  })
  return {
    issuer,
    requests,
    setNextLifetime: (seconds) => void (next = seconds),
    isAlive: async (token) => !!(await provider.AccessToken.find(token)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** @param {IncomingMessage} request */
function nameOf({ method, url = '' }) {
  return `${method} ${url.replace(/\?.*/, '').replace(/(interaction|authorize)\/.*/, '$1/…')}`
}

/**
 * @param {string} appOrigin
 * @param {() => number} lifetime
 * @returns {import('oidc-provider').Configuration}
 */
function configuration(appOrigin, lifetime) {
  return {
    clients: [
      {
        client_id: 'bench',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: redirectUris(appOrigin),
        post_logout_redirect_uris: redirectUris(appOrigin),
      },
    ],
    clientAuthMethods: ['none'],
    clientBasedCORS: (_ctx, origin) => origin === appOrigin,
    conformIdTokenClaims: false,
    claims: { profile: ['name'], email: ['email'] },
    cookies: { keys: ['bench'] },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: () => true },
      rpInitiatedLogout: { enabled: true },
    },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ sub, name: 'Ada Lovelace', email: 'ada@example.com' }),
    }),
    interactions: { policy: policy(), url: (_ctx, { uid }) => `/interaction/${uid}` },
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    loadExistingGrant: grantAll,
    pkce: { required: () => true },
    renderError: (ctx, out) => void (ctx.body = `${out.error} ${out.error_description}`),
    responseTypes: ['code'],
    rotateRefreshToken: true,
    // The paths that auth0-spa-js expects.
    routes: { authorization: '/authorize', token: '/oauth/token' },
    scopes: ['openid', 'offline_access', 'profile', 'email'],
    ttl: {
      AccessToken: lifetime,
      IdToken: 3600,
      RefreshToken: 86_400,
      Grant: 86_400,
      Session: 86_400,
      Interaction: 600,
    },
  }
}

/** The server asks the user nothing, even with `prompt=consent`. */
function policy() {
  const policy = interactionPolicy.base()
  policy.get('consent')?.checks.remove('consent_prompt')
  return policy
}

/**
 * Add `prompt=consent`: oidc-provider grants `offline_access` only with it, and not every library sends it.
 *
 * @type {Parameters<import('oidc-provider').Provider['use']>[0]}
 */
const offline = (ctx, next) => {
  const { scope = '', prompt } = ctx.query
  if (ctx.path === '/authorize' && scope.includes('offline_access') && !prompt)
    ctx.query = { ...ctx.query, prompt: 'consent' }
  return next()
}

/** @param {string} origin */
const redirectUris = (origin) => LIBRARIES.map((name) => `${origin}/${name}/`)

/** @type {NonNullable<import('oidc-provider').Configuration['loadExistingGrant']>} */
async function grantAll({ oidc }) {
  const { session, client, provider } = oidc
  const held = session?.grantIdFor(client?.clientId ?? '')
  const existing = held && (await provider.Grant.find(held))
  if (existing) return existing
  const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId })
  grant.addOIDCScope('openid offline_access profile email')
  await grant.save()
  return grant
}

/**
 * Sign in a user who has no session yet, without a question.
 *
 * @param {import('oidc-provider').Provider} provider
 * @returns {Parameters<import('oidc-provider').Provider['use']>[0]}
 */
function withoutQuestions(provider) {
  return async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next()
    try {
      const result = { login: { accountId: 'ada' }, consent: {} }
      ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result))
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error
      ctx.status = 400
    }
  }
}
