// The app around the recipe for React's Suspense.
import { Waiting } from 'docs/react.md/Suspense.tsx'
import type { ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { AuthProvider, useAuth } from '../../src/react.js'
import { auth } from '../app/auth.js'

function Home(): ReactNode {
  const { isLoading, user, signIn } = useAuth()
  if (isLoading) throw new Error('A component within <Waiting> is loading.')
  if (user) return <p>Hello {user.name}</p>
  return <button onClick={() => void signIn()}>Sign in</button>
}

createRoot(document.querySelector('#root')!).render(
  <AuthProvider auth={auth}>
    <Waiting>
      <Home />
    </Waiting>
  </AuthProvider>,
)
