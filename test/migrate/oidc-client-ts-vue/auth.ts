import { UserManager, WebStorageStateStore } from 'oidc-client-ts'

export const userManager = new UserManager({
  authority: 'https://id.example.com',
  client_id: 'my-spa',
  redirect_uri: `${window.location.origin}/`,
  post_logout_redirect_uri: `${window.location.origin}/`,
  scope: 'openid profile offline_access',
  userStore: new WebStorageStateStore({ store: window.localStorage }),
})
