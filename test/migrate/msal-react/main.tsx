import { createRoot } from 'react-dom/client'
import { PublicClientApplication } from '@azure/msal-browser'
import { MsalProvider } from '@azure/msal-react'
import { App } from './App'

const pca = new PublicClientApplication({
  auth: {
    clientId: 'my-spa',
    authority: 'https://id.example.com/my-tenant',
    redirectUri: window.location.origin,
  },
})

createRoot(document.querySelector('#root')!).render(
  <MsalProvider instance={pca}>
    <App />
  </MsalProvider>,
)
