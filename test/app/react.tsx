import { Component, StrictMode, Suspense, use, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import {
  createBrowserRouter,
  Link,
  Navigate,
  Outlet,
  redirect,
  RouterProvider,
  useLocation,
  useNavigate,
  type IndexRouteObject,
} from 'react-router'
import { createAuth } from '../../src/index.js'
import { AuthProvider, SignedIn, SignInLink, useAuth } from '../../src/react.js'
import { createAuth as createAuthWithBackend } from '../../src/with-backend/index.js'

declare global {
  interface Window {
    /** What each rendering of the component under test showed, in order. */
    renders: string[]
    /** The path that the router is at, for each of its renderings. */
    places: string[]
    /** Moves the router without a click of the user. */
    go(path: string): void
  }
}

const { backendOptions } = window
const auth = (window.auth = backendOptions
  ? createAuthWithBackend(backendOptions)
  : createAuth(window.options))
window.states = []
window.renders = []
window.places = []
const [, , scene = ''] = location.pathname.split('/')

function Who(): ReactNode {
  const { status, user, signIn, signOut } = useAuth()
  window.renders.push(user ? `${status} ${user.sub}` : status)
  if (status === 'loading') return <p>One moment</p>
  if (!user) return <button onClick={() => void signIn()}>Sign in</button>
  return (
    <p>
      Hello {user.sub} <button onClick={() => void signOut({ local: true })}>Sign out</button>
    </p>
  )
}

function Place(): ReactNode {
  const { pathname, search, hash } = useLocation()
  window.places.push(pathname + search + hash)
  return (
    <nav>
      <span data-testid="place">{pathname + search + hash}</span>
      <Link to="/react/router/inside">inside</Link>
      <Outlet />
    </nav>
  )
}

/** `navigate` comes from a hook, which works only inside of the router. */
function ByHook(): ReactNode {
  const navigate = useNavigate()
  return (
    <AuthProvider
      auth={auth}
      navigate={({ pathname, search, hash }) => {
        window.places.push('by hook')
        void navigate(pathname + search + hash, { replace: true })
      }}
    >
      <Who />
      <Place />
    </AuthProvider>
  )
}

function Suspended(): ReactNode {
  const { status } = use(auth.start())
  window.renders.push(status)
  return <Who />
}

/** Shows the message of an error that a component below it throws. */
class Boundary extends Component<{ children: ReactNode }> {
  override state: { message?: string } = {}
  static getDerivedStateFromError({ message }: Error): { message: string } {
    return { message }
  }
  override render(): ReactNode {
    return this.state.message ? <p role="alert">{this.state.message}</p> : this.props.children
  }
}

const router = (): ReactNode => {
  const routes = [
    {
      path: '/react/router',
      element: <Place />,
      children: [
        { index: true, element: <Who /> },
        {
          path: 'inside',
          loader: () => auth.require({ returnTo: '/react/router/inside?from=loader#here' }),
          element: <Who />,
          errorElement: <p role="alert">You are signed out</p>,
        },
      ],
    },
  ]
  const router = createBrowserRouter(routes)
  window.go = (path) => void router.navigate(path)
  return <RouterProvider router={router} />
}

/** An index route that goes on at once, and drops the query. */
const redirected = (index: Omit<IndexRouteObject, 'index'>): ReactNode => {
  const path = `/react/${scene}`
  const children = [
    { index: true as const, ...index },
    { path: 'home', element: <Who /> },
    { path: 'inside', element: <Who /> },
  ]
  const router = createBrowserRouter([{ path, element: <Place />, children }])
  return (
    <AuthProvider auth={auth}>
      <RouterProvider router={router} />
    </AuthProvider>
  )
}

const scenes: Record<string, () => ReactNode> = {
  navigate: () => redirected({ element: <Navigate to={`/react/${scene}/home`} /> }),
  loader: () => redirected({ loader: () => redirect(`/react/${scene}/home`) }),
  plain: () => (
    <AuthProvider auth={auth}>
      <Who />
    </AuthProvider>
  ),
  strict: () => (
    <StrictMode>
      <AuthProvider auth={auth}>
        <Who />
      </AuthProvider>
    </StrictMode>
  ),
  router: () => <AuthProvider auth={auth}>{router()}</AuthProvider>,
  hook: () => (
    <RouterProvider router={createBrowserRouter([{ path: '/react/hook', element: <ByHook /> }])} />
  ),
  required: () => (
    <AuthProvider auth={auth}>
      <SignedIn required fallback={<p>You are signed out</p>}>
        <Who />
      </SignedIn>
    </AuthProvider>
  ),
  suspense: () => (
    <AuthProvider auth={auth}>
      <Suspense fallback={<p>Suspended</p>}>
        <Suspended />
      </Suspense>
    </AuthProvider>
  ),
  link: () => (
    <AuthProvider auth={auth}>
      <Who />
      <SignInLink options={{ loginHint: 'ada' }}>Sign in by a link</SignInLink>
    </AuthProvider>
  ),
  outside: () => <Who />,
  nested: () => (
    <AuthProvider auth={auth}>
      <AuthProvider auth={auth}>
        <Who />
      </AuthProvider>
    </AuthProvider>
  ),
}

const root = document.querySelector('#root')
if (root) createRoot(root).render(<Boundary>{scenes[scene]?.()}</Boundary>)
