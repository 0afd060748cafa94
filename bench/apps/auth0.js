import { createAuth0Client } from '@auth0/auth0-spa-js'

export default ({ issuer, api, redirectUri }) => {
  let client
  let fetcher
  const { host } = new URL(issuer)
  return {
    async start() {
      client = await createAuth0Client({
        domain: host,
        issuer,
        clientId: 'bench',
        useRefreshTokens: true,
        cacheLocation: 'localstorage',
        authorizationParams: { redirect_uri: redirectUri, scope: 'openid profile email' },
      })
      fetcher = client.createFetcher({ baseUrl: api })
      if (/[?&]code=/.test(location.search) && /[?&]state=/.test(location.search)) {
        await client.handleRedirectCallback()
        history.replaceState({}, '', redirectUri)
      }
      return client.isAuthenticated()
    },
    signIn: () => client.loginWithRedirect(),
    token: () => client.getTokenSilently(),
    refresh: () => client.getTokenSilently({ cacheMode: 'off' }),
    fetch: (url) => fetcher.fetchWithAuth(url),
  }
}
