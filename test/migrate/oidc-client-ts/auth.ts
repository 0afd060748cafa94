import { UserManager, WebStorageStateStore, type UserManagerSettings } from 'oidc-client-ts'

const settings: UserManagerSettings = {
  authority: 'https://id.example.com',
  client_id: 'my-spa',
  redirect_uri: window.location.origin + '/',
  post_logout_redirect_uri: window.location.origin + '/',
  response_type: 'code',
  scope: 'openid profile offline_access',
  userStore: new WebStorageStateStore({ store: window.localStorage }),
}

export const userManager = new UserManager(settings)
