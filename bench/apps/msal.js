import { createStandardPublicClientApplication } from '@azure/msal-browser'

export default ({ issuer, redirectUri }) => {
  const request = { scopes: ['openid', 'profile', 'email', 'offline_access'] }
  let client
  return {
    async start() {
      client = await createStandardPublicClientApplication({
        auth: {
          clientId: 'bench',
          authority: issuer,
          knownAuthorities: [new URL(issuer).host],
          redirectUri,
          OIDCOptions: { responseMode: 'query' },
        },
        system: { protocolMode: 'OIDC' },
        cache: { cacheLocation: 'localStorage' },
      })
      const answer = await client.handleRedirectPromise()
      const [account] = answer ? [answer.account] : client.getAllAccounts()
      client.setActiveAccount(account ?? null)
      return !!account
    },
    signIn: () => client.loginRedirect(request),
    token: async () => (await client.acquireTokenSilent(request)).accessToken,
    refresh: () => client.acquireTokenSilent({ ...request, forceRefresh: true }),
  }
}
