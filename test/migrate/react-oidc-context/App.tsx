import { useState } from 'react'
import { useAuth } from 'react-oidc-context'

export function App() {
  const auth = useAuth()
  const [posts, setPosts] = useState('')

  switch (auth.activeNavigator) {
    case 'signinSilent':
      return <p>Signing you in…</p>
    case 'signoutRedirect':
      return <p>Signing you out…</p>
  }

  if (auth.isLoading) return <p>Loading…</p>
  if (auth.error) return <p>Oops: {auth.error.message}</p>

  const loadPosts = async () => {
    const token = auth.user?.access_token
    const response = await fetch('https://api.example.com/posts', {
      headers: { Authorization: `Bearer ${token}` },
    })
    setPosts(await response.text())
  }

  if (auth.isAuthenticated) {
    return (
      <main>
        <p>Hello {auth.user?.profile.name}</p>
        <button onClick={() => void loadPosts()}>Call the API</button>
        <output>{posts}</output>
        <button onClick={() => void auth.signoutRedirect()}>Log out</button>
      </main>
    )
  }
  return <button onClick={() => void auth.signinRedirect()}>Log in</button>
}
