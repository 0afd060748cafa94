import { createOidc, oidcEarlyInit } from 'oidc-spa/core'

oidcEarlyInit({ BASE_URL: '/oidc-spa/' })

export default ({ issuer }) => {
  let oidc
  return {
    async start() {
      oidc = await createOidc({
        issuerUri: issuer,
        clientId: 'bench',
        scopes: ['profile', 'email', 'offline_access'],
      })
      return oidc.isUserLoggedIn
    },
    signIn: () => oidc.login(),
    token: async () => (await oidc.getTokens()).accessToken,
    refresh: () => oidc.renewTokens(),
  }
}
