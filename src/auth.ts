import type { Auth } from './api.js'
import { resolveConfig, type Config } from './config.js'
import type { Claims, Fact, Snapshot, Vault } from './door.js'
import { AuthError, toAuthError, toData } from './errors.js'
import { plain } from './page/plain.js'
import type { AuthOptions, SignInOptions, SignOutOptions, Store, TokenOptions } from './options.js'
import { endedName } from './page/ended-name.js'
import { takeCallback } from './page/location.js'
import { sessionStore } from './page/session-storage.js'
import { createState, type AuthState, type SignedIn } from './page/state.js'
import { onWake, whenIdle } from './page/wake.js'
import { matchResource } from './vault/resources.js'
import { createVault } from './vault/vault.js'

/** Makes what stands behind the door: the page's own vault, unless a test puts another there. */
export type MakeVault = (config: Config, lent: Store, emit: (fact: Fact) => void) => Vault

type Calls = typeof import('./page/calls.js')

const ignore = (): undefined => undefined

/** What a page does once it has started; the same file as the rest of the vault. */
const loadCalls = (): Promise<Calls> =>
  import('./page/calls.js').catch(() => {
    throw new AuthError('network', 'A file is missing.')
  })

interface Opened {
  readonly config: Config
  readonly vault: Vault
}

/** A sign-in that is about to leave the page. */
interface Leaving {
  readonly promise: Promise<AuthState>
  /** Send the browser there once more, if it is still here. */
  again?: () => void
}

class Client implements Auth {
  readonly #options: AuthOptions
  readonly #makeVault: MakeVault
  readonly #state = createState()
  readonly #disposed = new AbortController()
  #config: Config | undefined
  #opened: Opened | undefined
  #failure: AuthError | undefined
  #starting: Promise<AuthState> | undefined
  #leaving: Leaving | undefined
  #required: Promise<AuthState> | undefined
  #started = false
  #signedOut = false

  constructor(options: AuthOptions, makeVault: MakeVault) {
    resolveConfig(options)
    this.#options = options
    this.#makeVault = makeVault
  }

  get state(): AuthState {
    return this.#state.current()
  }

  subscribe = (listener: (state: AuthState) => void): (() => void) => {
    void this.start()
    return this.#state.subscribe(listener)
  }

  start = (): Promise<AuthState> => (this.#starting ??= this.#run())

  /** The options, with their paths resolved on this page. */
  #located(): Config {
    return (this.#config ??= resolveConfig(this.#options, location.href))
  }

  // Up to its first `await` this runs within the call of start(): whoever reads the URL after that
  // call, a router for one, no longer sees the code.
  async #run(): Promise<AuthState> {
    if (typeof window === 'undefined') return this.state
    try {
      if (!crypto.subtle) throw new AuthError('insecure_context')
      const config = this.#located()
      const vault = this.#makeVault(config, sessionStore(), this.#hear)
      this.#opened = { config, vault }
      const href = takeCallback(config)
      const finished = href && (await (await loadCalls()).arrive(config, vault, href))
      const snapshot = finished ? finished.snapshot : await vault.open(endedName(config.key))
      this.#show(snapshot)
      onWake(() => void vault.resume().catch(ignore), this.#disposed.signal)
      // What the first call needs, as soon as the session is shown; what the click on "Sign in"
      // needs, when the page is idle. No redeploy can take it away from under an open page.
      if (snapshot.status === 'signed-in') loadCalls().catch(ignore)
      whenIdle(() => void vault.prepare().catch(ignore))
    } catch (caught) {
      const error = toAuthError(caught)
      // Wrong options stay wrong; a part that did not load may load at the next call.
      if (!this.#opened) this.#failure = error
      this.#show({ status: 'signed-out', error: toData(error) })
    }
    return this.state
  }

  #show(snapshot: Snapshot): void {
    this.#started = true
    this.#state.show(snapshot)
  }

  #hear = (fact: Fact): void => {
    if (fact.type === 'sign-out') this.#signedOut = true
    // Until start() is done it alone knows what is to be shown.
    else if (this.#started) this.#state.show(fact.snapshot)
  }

  async #open(): Promise<Opened> {
    await this.start()
    if (this.#opened && !this.#failure) return this.#opened
    throw this.#failure ?? new AuthError('unsupported')
  }

  signIn = (options?: SignInOptions): Promise<AuthState> => {
    const { promise, again } = this.#leaving ?? {}
    again?.()
    if (promise) return promise
    const leaving: Leaving = {
      promise: this.#leave(options).finally(() => (this.#leaving = undefined)),
    }
    this.#leaving = leaving
    // `state.error` tells of it too: not everybody catches it.
    leaving.promise.catch(ignore)
    return leaving.promise
  }

  async #leave(options: SignInOptions | undefined): Promise<AuthState> {
    try {
      const { vault } = await this.#open()
      this.#explain(undefined)
      const { leave } = await loadCalls()
      return await leave(vault, options, (again) => Object.assign(this.#leaving ?? {}, { again }))
    } catch (caught) {
      const error = toAuthError(caught)
      if (error.code !== 'aborted') this.#explain(error)
      throw error
    }
  }

  /** Why nobody is signed in. */
  #explain(error: AuthError | undefined): void {
    if (this.state.status === 'signed-out')
      this.#show({ status: 'signed-out', error: error && toData(error) })
  }

  signInUrl = async (options?: SignInOptions): Promise<string> => {
    const { vault } = await this.#open()
    return (await loadCalls()).begin(vault, 'l', options)
  }

  require = async (options?: SignInOptions): Promise<SignedIn> => {
    await this.start()
    const { state } = this
    if (state.status === 'signed-in') return state
    // A session that ended by itself is no sign-in that failed: asking once more loops nowhere.
    const failed =
      state.status === 'loading' || (state.error && state.error.code !== 'session_ended')
    if (!this.#required && !failed && !this.#signedOut) this.#required = this.signIn(options)
    const answer = await this.#required?.catch(ignore)
    if (answer?.status === 'signed-in') return answer
    throw new AuthError('not_signed_in')
  }

  fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    if (typeof window === 'undefined') await this.#open()
    void this.start()
    const { resources } = this.#located()
    if (resources.length === 0)
      throw new AuthError('config', 'resources: it is empty, so no URL gets a token.')
    const href = input instanceof Request ? input.url : String(input)
    if (!matchResource(resources, href, document.baseURI)) return fetch(input, init)
    const request = new Request(input, init)
    // Somebody who brings a header of their own has their reasons.
    if (request.headers.has('authorization')) return fetch(request)
    const { signal } = request
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
      this.#send(request, init).then(resolve, reject)
    })
  }

  async #send(request: Request, init: RequestInit = {}): Promise<Response> {
    const { vault } = await this.#open()
    return (await loadCalls()).send(vault, request, init)
  }

  getAccessToken = async (options?: TokenOptions): Promise<string> => {
    const { vault } = await this.#open()
    return (await loadCalls()).token(vault, options)
  }

  refresh = async (): Promise<AuthState> => {
    const { vault } = await this.#open()
    this.#state.show(await vault.refresh())
    return this.state
  }

  userInfo = async (): Promise<Claims> => (await this.#open()).vault.userInfo()

  signOut = async (options?: SignOutOptions): Promise<void> => {
    const { config, vault } = await this.#open()
    const { url, undeleted } = await vault.end(plain(options))
    endedName(config.key, undeleted)
    if (url) location.assign(url)
  }

  dispose = (): void => {
    this.#disposed.abort()
    void this.#opened?.vault.close()
  };

  [Symbol.dispose](): void {
    this.dispose()
  }
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
  return new Client(options, makeVault)
}
