import { UserManager, WebStorageStateStore } from 'oidc-client-ts'

export default ({ issuer, redirectUri }) => {
  const manager = new UserManager({
    authority: issuer,
    client_id: 'bench',
    redirect_uri: redirectUri,
    scope: 'openid profile email offline_access',
    userStore: new WebStorageStateStore({ store: localStorage }),
  })
  return {
    async start() {
      if (new URLSearchParams(location.search).has('state')) {
        await manager.signinCallback()
        history.replaceState({}, '', redirectUri)
      }
      const user = await manager.getUser()
      return !!user && !user.expired
    },
    signIn: () => manager.signinRedirect(),
    async token() {
      const user = await manager.getUser()
      return (user?.expired ? await manager.signinSilent() : user)?.access_token
    },
    refresh: () => manager.signinSilent(),
  }
}
