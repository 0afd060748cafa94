import { createAuth } from '../../dist/index.js'

export default ({ issuer, api, redirectUri }) => {
  const auth = createAuth({
    issuer,
    clientId: 'bench',
    redirectUri,
    scope: 'openid profile email offline_access',
    resources: [api],
  })
  return {
    start: async () => (await auth.start()).status === 'signed-in',
    signIn: () => auth.signIn(),
    token: () => auth.getAccessToken(),
    refresh: () => auth.refresh(),
    fetch: auth.fetch,
    trace: auth.trace,
  }
}
