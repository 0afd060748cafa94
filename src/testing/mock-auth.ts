import { AuthError, type Auth, type AuthState, type Claims, type Session } from '../index.js'

/** What a mock is to say: a status, or what is known of the user; with an `error` nobody is signed in. */
export type MockState =
  | 'loading'
  | 'signed-out'
  | {
      readonly user?: Claims
      readonly session?: Partial<Session>
      readonly error?: AuthError
      readonly stale?: AuthError
    }

/** A client without a server, for component tests and stories. */
export interface MockAuth extends Auth {
  /** Say something else from now on. */
  set(state: MockState): void
}

function toState(given: MockState): AuthState {
  if (typeof given === 'string') return { status: given }
  const { user, session, error, stale } = given
  if (error) return { status: 'signed-out', error }
  return {
    status: 'signed-in',
    user: user ?? { sub: 'user-1', name: 'Ada Lovelace' },
    session: {
      issuer: 'https://id.example.com',
      scope: ['openid', 'profile'],
      tokenType: 'bearer',
      ...session,
    },
    ...(stale && { stale }),
  }
}

/**
 * An `Auth` that touches nothing. Its verbs do what they say to the state alone: `signIn()` signs
 * the default user in, `signOut()` out; `fetch` answers 204.
 *
 * @param state what it says first; default: somebody is signed in
 * @param overrides verbs that do something else
 */
export function mockAuth(state: MockState = {}, overrides: Partial<Auth> = {}): MockAuth {
  let current = toState(state)
  const listeners = new Set<{ listener: (state: AuthState) => void }>()

  function set(next: MockState): void {
    current = toState(next)
    for (const { listener } of listeners) {
      try {
        listener(current)
      } catch (error) {
        // As the real client: one bad listener must not keep the news from the others.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  const signedIn = (): Extract<AuthState, { status: 'signed-in' }> => {
    if (current.status !== 'signed-in') throw new AuthError('not_signed_in')
    return current
  }

  const mock: MockAuth = {
    get state() {
      return current
    },
    set,
    subscribe(listener) {
      const entry = { listener }
      listeners.add(entry)
      listener(current)
      return () => void listeners.delete(entry)
    },
    start: async () => current,
    async signIn() {
      set({})
      return current
    },
    signInUrl: async () => 'https://id.example.com/authorize',
    require: async () => signedIn(),
    async fetch() {
      signedIn()
      return new Response(null, { status: 204 })
    },
    async getAccessToken() {
      signedIn()
      return 'mock-access-token'
    },
    refresh: async () => signedIn(),
    userInfo: async () => signedIn().user,
    async signOut() {
      set('signed-out')
    },
    dispose() {},
    [Symbol.dispose]() {},
  }
  // A spread would freeze `state` at what it says now.
  return Object.defineProperties(mock, Object.getOwnPropertyDescriptors(overrides))
}
