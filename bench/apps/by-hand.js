// The smallest client that does the work, without pixy-auth: no locks, no retry. The given store decides what is kept,
// and where.
import * as oauth from 'oauth4webapi'

const client = { client_id: 'bench' }
const none = oauth.None()
// Allows a server on plain http.
const insecure = { [oauth.allowInsecureRequests]: true }
let store
let server
let session

async function discover({ issuer }) {
  const url = new URL(issuer)
  server ??= await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure))
  return server
}

async function keep({ access_token: token, refresh_token: refreshToken, expires_in: seconds }) {
  session = { token, refreshToken, expiresAt: Date.now() + seconds * 1000, server }
  await store.keep(session)
}

async function start(config) {
  const url = new URL(location.href)
  const state = url.searchParams.get('state')
  const pending = state && (await store.take(state))
  if (pending) await finish(config, url, pending)
  session ??= await store.session()
  server ??= session?.server
  return !!session
}

async function finish(config, url, { state, verifier, nonce, server: known }) {
  history.replaceState({}, '', config.redirectUri)
  server = known
  const as = await discover(config)
  const params = oauth.validateAuthResponse(as, client, url, state)
  const request = [as, client, none, params, config.redirectUri, verifier, insecure]
  const response = await oauth.authorizationCodeGrantRequest(...request)
  const checks = { expectedNonce: nonce, requireIdToken: true }
  await keep(await oauth.processAuthorizationCodeResponse(as, client, response, checks))
}

async function signIn(config) {
  const as = await discover(config)
  const verifier = oauth.generateRandomCodeVerifier()
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
  await store.put(state, { verifier, state, nonce, server })
  const url = new URL(as.authorization_endpoint)
  url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: config.redirectUri,
    response_type: 'code',
    scope: 'openid profile email offline_access',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  location.assign(url)
}

async function refresh(config) {
  const as = await discover(config)
  const request = [as, client, none, session.refreshToken, insecure]
  const response = await oauth.refreshTokenGrantRequest(...request)
  await keep(await oauth.processRefreshTokenResponse(as, client, response))
}

async function token(config) {
  if (session.expiresAt < Date.now() + 30_000) await refresh(config)
  return session.token
}

/**
 * @param {object} given the store
 * @param {(state: string, pending: object) => unknown} given.put
 * @param {(state: string) => unknown} given.take gives what `put` stored for this `state`, once
 * @param {(session: object) => unknown} given.keep
 * @param {() => unknown} given.session
 */
export function byHand(given) {
  store = given
  return (config) => ({
    start: () => start(config),
    signIn: () => signIn(config),
    token: () => token(config),
    refresh: () => refresh(config),
    async fetch(input, init) {
      const headers = new Headers(init?.headers)
      headers.set('authorization', `Bearer ${await token(config)}`)
      return fetch(input, { ...init, headers })
    },
  })
}
