// The least that does the work: no locks, no other tabs, no retry. Nothing here is of the library.
import * as oauth from 'oauth4webapi'

const client = { client_id: 'bench' }
const none = oauth.None()
// For a server on plain http.
const insecure = { [oauth.allowInsecureRequests]: true }
let server
let session

async function discover(issuer) {
  const url = new URL(issuer)
  server ??= await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure))
  return server
}

function keep({ access_token: token, refresh_token: refreshToken, expires_in: seconds }) {
  session = { token, refreshToken, expiresAt: Date.now() + seconds * 1000 }
  localStorage.setItem('floor', JSON.stringify(session))
}

async function start({ issuer, redirectUri }) {
  const pending = JSON.parse(sessionStorage.getItem('floor') ?? 'null')
  const url = new URL(location.href)
  if (url.searchParams.has('state') && pending) await finish(issuer, redirectUri, url, pending)
  session ??= JSON.parse(localStorage.getItem('floor') ?? 'null')
  return !!session
}

async function finish(issuer, redirectUri, url, { state, verifier, nonce }) {
  history.replaceState({}, '', redirectUri)
  sessionStorage.removeItem('floor')
  const as = await discover(issuer)
  const params = oauth.validateAuthResponse(as, client, url, state)
  const request = [as, client, none, params, redirectUri, verifier, insecure]
  const response = await oauth.authorizationCodeGrantRequest(...request)
  const checks = { expectedNonce: nonce, requireIdToken: true }
  keep(await oauth.processAuthorizationCodeResponse(as, client, response, checks))
}

async function signIn({ issuer, redirectUri }) {
  const as = await discover(issuer)
  const verifier = oauth.generateRandomCodeVerifier()
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
  sessionStorage.setItem('floor', JSON.stringify({ verifier, state, nonce }))
  const url = new URL(as.authorization_endpoint)
  url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid profile email offline_access',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  location.assign(url)
}

async function refresh({ issuer }) {
  const as = await discover(issuer)
  const response = await oauth.refreshTokenGrantRequest(
    as,
    client,
    none,
    session.refreshToken,
    insecure,
  )
  keep(await oauth.processRefreshTokenResponse(as, client, response))
}

async function token(config) {
  if (session.expiresAt < Date.now() + 30_000) await refresh(config)
  return session.token
}

export default (config) => ({
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
