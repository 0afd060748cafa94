import { useState } from 'react'
import {
  AuthenticatedTemplate,
  UnauthenticatedTemplate,
  useIsAuthenticated,
  useMsal,
} from '@azure/msal-react'
import { InteractionStatus } from '@azure/msal-browser'

const request = { scopes: ['User.Read'] }

export function App() {
  const { instance, accounts, inProgress } = useMsal()
  const isAuthenticated = useIsAuthenticated()
  const [posts, setPosts] = useState('')

  if (inProgress !== InteractionStatus.None) return <p>Loading…</p>

  async function loadPosts() {
    const { accessToken } = await instance.acquireTokenSilent({ ...request, account: accounts[0]! })
    const response = await fetch('https://api.example.com/posts', {
      headers: { Authorization: `Bearer ${accessToken}` },
    })
    setPosts(await response.text())
  }

  return (
    <main title={isAuthenticated ? 'Your posts' : 'Welcome'}>
      <AuthenticatedTemplate>
        <p>Hello {accounts[0]?.name}</p>
        <button onClick={() => void loadPosts()}>Call the API</button>
        <output>{posts}</output>
        <button onClick={() => void instance.logoutRedirect()}>Log out</button>
      </AuthenticatedTemplate>
      <UnauthenticatedTemplate>
        <button onClick={() => void instance.loginRedirect(request)}>Log in</button>
      </UnauthenticatedTemplate>
    </main>
  )
}
