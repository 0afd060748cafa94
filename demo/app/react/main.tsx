import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { createBrowserRouter, Link, NavLink, Outlet, RouterProvider } from 'react-router'
import type { LoaderFunction } from 'react-router'
import { createAuth } from 'pixy-auth'
import { inspect } from 'pixy-auth/inspector'
import { AuthProvider, SignedIn, useAuth } from 'pixy-auth/react'

const { VITE_ISSUER: issuer, VITE_API: api } = import.meta.env

const auth = createAuth({
  issuer,
  clientId: 'pixy-demo',
  redirectUri: '/react/',
  postLogoutRedirectUri: '/react/',
  scope: 'openid profile email offline_access',
  resources: [`${api}/`],
})
void auth.start() // before the router reads the URL
inspect(auth) // the badge at the corner

function App() {
  return (
    <>
      <nav>
        <NavLink to="/">Home</NavLink>
        <NavLink to="/about">About</NavLink>
        <NavLink to="/account">Account</NavLink>
      </nav>
      <section className="card hero">
        <Outlet />
      </section>
    </>
  )
}

const Inside = () => (
  <SignedIn fallback={<Welcome />}>
    <Outlet />
  </SignedIn>
)

function Welcome() {
  const { isLoading, error, signIn } = useAuth()
  if (isLoading) return <h1>One moment…</h1>
  return (
    <>
      <h1>You are signed out</h1>
      {error && <p role={error.code === 'access_denied' ? 'status' : 'alert'}>{error.message}</p>}
      <button onClick={() => void signIn()}>Sign in</button>
    </>
  )
}

function Home() {
  const { user, fetch, signOut } = useAuth()
  const [answer, setAnswer] = useState('Not called yet.')
  const call = async () => {
    const response = fetch(`${api}/api/me`)
    setAnswer(await response.then((answer) => answer.text()).catch(String))
  }
  return (
    <>
      <p className="over">Signed in as</p>
      <h1>{user?.name}</h1>
      <div className="actions">
        <button onClick={call}>Call GET /api/me</button>
        <button onClick={() => void signOut()}>Sign out</button>
      </div>
      <pre aria-live="polite">{answer}</pre>
    </>
  )
}

function Account() {
  const { user } = useAuth()
  return (
    <>
      <h1>Your account</h1>
      <pre>{JSON.stringify(user, null, 2)}</pre>
    </>
  )
}

const About = () => (
  <>
    <h1>About</h1>
    <p>This page needs no sign-in. Your account does: open it, and you are sent to sign in.</p>
  </>
)

const Nothing = () => (
  <>
    <h1>There is nothing here</h1>
    <p>
      <Link to="/">To the first page</Link>
    </p>
  </>
)

// A signed-out user signs in and comes back to this page.
const guard: LoaderFunction = ({ request }) => auth.require({ returnTo: request.url })
const inside = [
  { path: '/', element: <Home /> },
  { path: '/account', element: <Account />, errorElement: <Account />, loader: guard },
]
const children = [
  { element: <Inside />, children: inside },
  { path: '/about', element: <About /> },
  { path: '*', element: <Nothing /> },
]
const router = createBrowserRouter([{ element: <App />, children }], { basename: '/react/' })

createRoot(document.getElementById('root')!).render(
  <AuthProvider auth={auth}>
    <RouterProvider router={router} />
  </AuthProvider>,
)
