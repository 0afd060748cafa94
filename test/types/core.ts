// An app that uses the core alone. Compiled against the installed package, never run.
import { createAuth, isAuthError } from 'pixy-auth'
import type { AuthError, AuthOptions, AuthState, Claims, Session } from 'pixy-auth'
import { createMockServer, mockAuth } from 'pixy-auth/testing'
import type { Equal, Holds, Methods } from './judge.js'

declare module 'pixy-auth' {
  interface Claims {
    roles?: string[]
  }
}

const options: AuthOptions = { issuer: 'https://id.example', clientId: 'app', redirectUri: '/' }
const auth = createAuth({ ...options, resources: ['/api', { url: '/me', anonymous: true }] })

/** The union narrows by its status, and an app's own claims are there. */
export function name(state: AuthState): string {
  // @ts-expect-error -- nobody may be signed in
  void state.user
  if (state.status === 'loading') return 'One moment'
  if (state.status === 'signed-out') return state.error?.code ?? 'nobody'
  const roles: string[] | undefined = state.user.roles
  const scope: readonly string[] = state.session.scope
  return [state.user.name, ...(roles ?? []), ...scope].join(' ')
}

/** What was caught narrows. */
export async function call(): Promise<Response | string> {
  const { fetch, prepare, signIn } = auth
  document.body.addEventListener('pointerdown', prepare)
  document.body.addEventListener('click', signIn)
  document.body.addEventListener('click', auth.signOut)
  try {
    return await fetch('/api')
  } catch (error) {
    if (!isAuthError(error)) throw error
    // @ts-expect-error -- there is no such code
    if (error.code === 'nonsense') return ''
    return error.oauth?.description ?? error.code
  }
}

// What an app may leave undefined, it may also say so.
createAuth({ ...options, scope: undefined, resources: undefined, store: undefined })
// @ts-expect-error -- no redirectUri
createAuth({ issuer: 'https://id.example', clientId: 'app' })
// @ts-expect-error -- a name that does not exist
createAuth({ ...options, client_id: 'app' })
// @ts-expect-error -- words, not a list
createAuth({ ...options, scope: ['openid'] })
// @ts-expect-error -- no such store
createAuth({ ...options, store: 'cookie' })
// @ts-expect-error -- a list
createAuth({ ...options, resources: '/api' })
// @ts-expect-error -- a resource has a URL
createAuth({ ...options, resources: [{ scope: 'write' }] })
void auth.prepare()
void auth.prepare({ prompt: 'login' })
// @ts-expect-error -- a name that does not exist
void auth.prepare({ redirect: '/' })
// @ts-expect-error -- a path
void auth.signIn({ returnTo: 1 })
// @ts-expect-error -- a name that does not exist
void auth.signIn({ redirect: '/' })
// @ts-expect-error -- a name that does not exist
void auth.signOut({ global: true })
// @ts-expect-error -- read only
auth.state = { status: 'loading' }
// @ts-expect-error -- no such status
mockAuth('nobody')

mockAuth({ user: { sub: 'user-1', roles: ['admin'] } }).set('signed-out')
const server = createMockServer({ issuer: 'https://id.example' })
// @ts-expect-error -- no such endpoint
server.requests('login')

export const nothingIsAny: Equal<
  | Holds<typeof import('pixy-auth')>
  | Holds<typeof import('pixy-auth/testing')>
  | Holds<typeof auth>
  | Holds<typeof server>
  | Holds<AuthOptions>
  | Holds<AuthError>
  | Holds<Claims>
  | Holds<Session>,
  never
> = true

/** So that a linter lets an app take them from their object. */
export const everyMethodIsAProperty: Equal<
  Methods<typeof auth> | Methods<typeof server> | Methods<ReturnType<typeof mockAuth>>,
  never
> = true
