import {
  AuthError,
  type Auth,
  type AuthState,
  type Claims,
  type Session,
  type SignedIn,
} from '../index.js'

/** The state that a mock shows: a status, or parts of a session; with an `error` it is signed out. */
export type MockState =
  | 'loading'
  | 'signed-out'
  | {
      readonly user?: Claims
      readonly session?: Partial<Session>
      readonly error?: AuthError
      readonly stale?: AuthError
      readonly endsAt?: number
    }

/** An `Auth` without a server, for component tests and stories. */
export interface MockAuth extends Auth {
  /** Show a different state from now on. */
  set: (state: MockState) => void
}

/**
 * An `Auth` that sends no request and stores nothing. Its methods change only its own state:
 * `signIn()` signs the default user in, `signOut()` signs out; `fetch` answers 204.
 *
 * @param state the first state; default: signed in
 * @param overrides methods that replace those of the mock
 */
export function mockAuth(state: MockState = {}, overrides: Partial<Auth> = {}): MockAuth {
  const shown = publish(toState(state))
  const set = (next: MockState): void => shown.set(toState(next))
  const signedIn = (): SignedIn => {
    if (shown.state.status !== 'signed-in') throw new AuthError('not_signed_in')
    return shown.state
  }
  const mock: MockAuth = {
    get state() {
      return shown.state
    },
    set,
    subscribe: shown.subscribe,
    start: async () => shown.state,
    async signIn() {
      set({})
      return shown.state
    },
    async prepare() {},
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
    trace: () => () => {},
    dispose() {},
    [Symbol.dispose]() {},
  }
  // Not by a spread: it would read `state` once, and the getter would be lost.
  return Object.defineProperties(mock, Object.getOwnPropertyDescriptors(overrides))
}

function toState(given: MockState): AuthState {
  if (typeof given === 'string') return { status: given }
  const { user, session, error, stale, endsAt } = given
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
    ...(endsAt && { endsAt }),
  }
}

interface Published {
  readonly state: AuthState
  set: (state: AuthState) => void
  subscribe: Auth['subscribe']
}

/** A state, and the listeners that get each change. */
function publish(state: AuthState): Published {
  const listeners = new Set<{ listener: (state: AuthState) => void }>()
  return {
    get state() {
      return state
    },
    set(next) {
      state = next
      for (const { listener } of listeners) {
        try {
          listener(state)
        } catch (error) {
          // Like the real client: a listener that throws must not stop the others.
          queueMicrotask(() => {
            throw error
          })
        }
      }
    },
    subscribe(listener) {
      const entry = { listener }
      listeners.add(entry)
      listener(state)
      return () => void listeners.delete(entry)
    },
  }
}
