import type { Auth } from './api.js'
import { refuse } from './check.js'
import { resolveConfig } from './config.js'
import { AuthError, toAuthError, toData } from './errors.js'
import type { AuthOptions, SignInOptions, SignOutOptions } from './options.js'
import { endedName } from './page/ended-name.js'
import { mayLeave } from './page/may-leave.js'
import { plain } from './page/plain.js'
import { createStart, ignore, loadCalls, type MakeVault } from './page/start.js'
import { createState, type AuthState } from './page/state.js'
import { matchResource } from './vault/resources.js'
import { createVault } from './vault/vault.js'

/** A sign-in that is about to leave the page. */
interface Leaving {
  readonly promise: Promise<AuthState>
  /** Send the browser there once more, if it is still here. */
  again?: () => void
}

/**
 * A client of one authorization server. Touches nothing: no network, storage, listener or global,
 * so it is safe at module level and on a server.
 *
 * @throws AuthError `config`, naming the option that is wrong and the remedy
 */
export function createAuth(options: AuthOptions): Auth {
  return createAuthWith(options, createVault)
}

/** `createAuth` with another vault behind the door. */
export function createAuthWith(options: AuthOptions, makeVault: MakeVault): Auth {
  const held = createState()
  const { start, open, located, show, signedOut, dispose } = createStart(options, makeVault, held)
  let leaving: Leaving | undefined
  let required: Promise<AuthState> | undefined

  resolveConfig(options)

  function signIn(options?: SignInOptions): Promise<AuthState> {
    const { promise, again } = leaving ?? {}
    again?.()
    if (promise) return promise
    leaving = { promise: leave(options).finally(() => (leaving = undefined)) }
    // `state.error` tells of it too: not everybody catches it.
    leaving.promise.catch(ignore)
    return leaving.promise
  }

  async function leave(options: SignInOptions | undefined): Promise<AuthState> {
    try {
      const { status } = held.current()
      const { vault, arrived } = await open()
      // It was called while the answer to the last one was in hand: that answers this one, too.
      const state = held.current()
      if (status === 'loading' && arrived && state.status === 'signed-in') return state
      explain(undefined)
      const calls = await loadCalls()
      return await calls.leave(vault, options, (again) => Object.assign(leaving ?? {}, { again }))
    } catch (caught) {
      const error = toAuthError(caught)
      if (error.code !== 'aborted') explain(error)
      throw error
    }
  }

  /** Why nobody is signed in. */
  function explain(error: AuthError | undefined): void {
    if (held.current().status === 'signed-out')
      show({ status: 'signed-out', error: error && toData(error) })
  }

  async function send(request: Request, init: RequestInit = {}): Promise<Response> {
    const before = held.whose()
    const { vault } = await open()
    return (await loadCalls()).send(vault, request, init, [before, held.whose])
  }

  return {
    get state() {
      return held.current()
    },
    subscribe(listener) {
      void start()
      return held.subscribe(listener)
    },
    start,
    signIn,
    async signInUrl(options) {
      const { vault } = await open()
      return (await loadCalls()).begin(vault, 'l', options)
    },
    async require(options) {
      await start()
      const state = held.current()
      if (state.status === 'signed-in') return state
      // A session that ended by itself is no sign-in that failed: asking once more loops nowhere.
      const failed =
        state.status === 'loading' ||
        (state.error && !/^(session_ended|key_lost)$/.test(state.error.code))
      if (!required && !failed && !signedOut() && mayLeave(located().key))
        required = signIn(options)
      const answer = await required?.catch(ignore)
      if (answer?.status === 'signed-in') return answer
      throw new AuthError('not_signed_in')
    },
    async fetch(input, init) {
      if (typeof window === 'undefined') await open()
      void start()
      const { resources } = located()
      if (resources.length === 0) refuse('resources', 'it is empty, so no URL gets a token.')
      const href = input instanceof Request ? input.url : String(input)
      if (!matchResource(resources, href, document.baseURI)) return fetch(input, init)
      const request = new Request(input, init)
      // Somebody who brings a header of their own has their reasons.
      if (request.headers.has('authorization')) return fetch(request)
      const { signal } = request
      signal.throwIfAborted()
      return new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        send(request, init).then(resolve, reject)
      })
    },
    async getAccessToken(options) {
      const { vault } = await open()
      return (await loadCalls()).token(vault, options)
    },
    async refresh() {
      const { vault } = await open()
      held.show(await vault.refresh())
      return held.current()
    },
    async userInfo() {
      return (await open()).vault.userInfo()
    },
    async signOut(options?: SignOutOptions) {
      const { config, vault } = await open()
      const { url, undeleted } = await vault.end(plain(options))
      endedName(config.key, undeleted)
      if (url) location.assign(url)
    },
    dispose,
    [Symbol.dispose]: dispose,
  }
}
