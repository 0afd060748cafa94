import { OidcClient } from '@axa-fr/oidc-client'

export default ({ issuer, redirectUri }) => {
  const client = OidcClient.getOrCreate(() => fetch)({
    authority: issuer,
    client_id: 'bench',
    redirect_uri: redirectUri,
    silent_redirect_uri: `${redirectUri}silent`,
    scope: 'openid profile email offline_access',
  })
  const withTokens = client.fetchWithTokens((...given) => fetch(...given))
  return {
    async start() {
      if (/[?&]code=/.test(location.search)) {
        await client.loginCallbackAsync()
        history.replaceState({}, '', redirectUri)
        return !!client.tokens
      }
      await client.tryKeepExistingSessionAsync()
      return !!client.tokens
    },
    signIn: () => client.loginAsync('/axa/'),
    token: async () => (await client.getValidTokenAsync()).tokens.accessToken,
    refresh: () => client.renewTokensAsync(),
    fetch: withTokens,
  }
}
