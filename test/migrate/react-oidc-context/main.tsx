import { createRoot } from 'react-dom/client'
import { AuthProvider, type AuthProviderProps } from 'react-oidc-context'
import { App } from './App'

const oidcConfig: AuthProviderProps = {
  authority: 'https://id.example.com',
  client_id: 'my-spa',
  redirect_uri: `${window.location.origin}/`,
  post_logout_redirect_uri: `${window.location.origin}/`,
  scope: 'openid profile offline_access',
  automaticSilentRenew: true,
  onSigninCallback: () => {
    window.history.replaceState({}, document.title, window.location.pathname)
  },
}

createRoot(document.querySelector('#root')!).render(
  <AuthProvider {...oidcConfig}>
    <App />
  </AuthProvider>,
)
