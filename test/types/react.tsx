// An app that uses React. Compiled against the installed package, never run.
import type { ReactElement, ReactNode } from 'react'
import type { AuthError, Claims, Session } from 'pixy-auth'
import { AuthProvider, SignedIn, useAuth, type UseAuth } from 'pixy-auth/react'
import { mockAuth } from 'pixy-auth/testing'
import type { Equal, Holds } from './judge.js'

function Who(): ReactElement {
  const all = useAuth()
  const { isAuthenticated, isLoading, user, session, error, stale, prepare, signIn, signOut } = all
  const unsure: Equal<typeof user, Claims | undefined> = true
  // @ts-expect-error -- nobody may be signed in
  void user.name
  if (isLoading) return <p hidden={unsure}>One moment</p>
  if (isAuthenticated) {
    const sure: Equal<typeof user, Claims> & Equal<typeof session, Session> = true
    const fine: Equal<typeof error, undefined> = true
    return (
      <p hidden={sure && fine} title={stale?.code}>
        {user.name} {session.scope.join(' ')}
        <button onClick={signOut}>Sign out</button>
      </p>
    )
  }
  const nobody: Equal<typeof user, undefined> = true
  const why: Equal<typeof error, AuthError | undefined> = true
  return (
    <button
      hidden={nobody && why}
      onPointerEnter={prepare}
      onFocus={prepare}
      onPointerDown={prepare}
      onTouchStart={() => prepare({ prompt: 'login' })}
      onClick={signIn}
    >
      {error?.message}
    </button>
  )
}

/** A union narrows by its status too. */
export function Status(): ReactNode {
  const { status, user } = useAuth()
  return status === 'signed-in' ? user.email : status
}

const auth = mockAuth()

export const app: ReactNode = (
  <AuthProvider auth={auth} navigate={({ pathname }) => history.pushState(null, '', pathname)}>
    <SignedIn required fallback={<Who />}>
      <Who />
    </SignedIn>
    <SignedIn required={undefined}>Hello</SignedIn>
  </AuthProvider>
)

export const wrong: ReactNode[] = [
  // @ts-expect-error -- no client
  <AuthProvider key="1">Hello</AuthProvider>,
  // @ts-expect-error -- the options are not the client
  <AuthProvider key="2" auth={{ clientId: 'app', redirectUri: '/' }} />,
  // @ts-expect-error -- a way to go, not a place
  <AuthProvider key="3" auth={auth} navigate="/" />,
  // @ts-expect-error -- no such prop
  <SignedIn key="4" role="admin" />,
]

export const nothingIsAny: Equal<Holds<typeof import('pixy-auth/react')> | Holds<UseAuth>, never> =
  true
