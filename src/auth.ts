import type { Auth, AuthState } from './api.js'
import type { PageConfig } from './config.js'
import type { Caller } from './door.js'
import { checkTypes, refuse } from './lib/check.js'
import { optionsOf, type OrEvent } from './lib/own.js'
import { matchResource } from './lib/resources.js'
import { parseUrl } from './lib/url.js'
import type { SignInOptions, SignOutOptions, TokenOptions } from './options.js'
import { endedSession } from './page/flags.js'
import { showError, type Start } from './page/client.js'
import { createStart, ignore, type MakeVault, type Resolve } from './page/start.js'
import { createState, type StateStore } from './page/state.js'

/**
 * Make a client from the options and the vault that an entry point gives.
 *
 * @throws AuthError `config`, naming the option that is wrong and the remedy
 */
export function createAuthWith<Config extends PageConfig>(
  resolve: Resolve<Config>,
  makeVault: MakeVault<Config>,
): Auth {
  resolve()
  // A page may later replace the global `fetch` by `auth.fetch`, which must not call itself.
  const platform = { fetch: globalThis.fetch, sent: new WeakSet() }
  const state = createState()
  const page = createStart(resolve, makeVault, state)
  const { start, open, dispose } = page
  let leaving: Promise<AuthState> | undefined

  function signIn(given?: OrEvent<SignInOptions>): Promise<AuthState> {
    void start()
    page.asked.abort()
    // An earlier call is still pending, as the user has stayed on this page: show its popup or redirect again.
    if (leaving) page.signIn().then(({ leaveAgain }) => leaveAgain(), ignore)
    leaving ??= signInBy(page, state, given).finally(() => (leaving = undefined))
    // `state.error` has the failure too, so an app that does not catch it gets no `unhandledrejection` event.
    leaving.catch(ignore)
    return leaving
  }

  return {
    get state() {
      return state.current()
    },
    subscribe(listener) {
      checkListener(listener)
      void start()
      return state.subscribe(listener)
    },
    start,
    signIn,
    async signInUrl(given) {
      await open()
      return (await page.signIn()).signInUrl(given)
    },
    async require(given) {
      await start()
      const now = state.current()
      // After the server has refused a refresh the session may be dead: the guard takes a closer look.
      const isFine = now.status === 'signed-in' && (now.stale?.retryable ?? true)
      return isFine ? now : (await page.signIn()).require(given, signIn)
    },
    fetch: (...given) => fetchWith(page, state, platform, signIn, given),
    async getAccessToken(given) {
      const options: TokenOptions & { url?: string | undefined } = optionsOf(given)
      const { vault } = await open()
      const { url } = options
      if (url !== undefined) options.url = parseUrl(url, document.baseURI)?.href ?? String(url)
      // `return await` resolves sooner than `return` of a promise.
      return await vault.getAccessToken(options)
    },
    async refresh() {
      const { vault } = await open()
      state.show(await vault.refresh())
      return state.current()
    },
    userInfo: async () => (await open()).vault.userInfo(),
    trace: (listener) => trace(page, state, listener),
    signOut: (given) => signOutBy(page, state, given),
    prepare: (given) => page.signIn().then((guard) => guard.prepare(given), ignore),
    dispose,
    [Symbol.dispose]: dispose,
  }
}

function checkListener(listener: unknown): void {
  if (typeof listener !== 'function') refuse('listener', 'give a function.')
}

function trace(page: Start, state: StateStore, listener: Parameters<Auth['trace']>[0]): () => void {
  checkListener(listener)
  const undo = new AbortController()
  import('./page/optional/trace-log.js').then(
    ({ listen }) => listen(page, state, listener, undo.signal),
    ignore,
  )
  return () => undo.abort()
}

/** The id of the session that a sign-out ends, for `endedSession`; `'*'` while the id is not known yet. */
function endingId(state: StateStore): string | undefined {
  return state.caller()?.id ?? (state.current().status === 'loading' ? '*' : undefined)
}

async function signInBy(
  page: Start,
  state: StateStore,
  options?: OrEvent<SignInOptions>,
): Promise<AuthState> {
  // Opened before the first `await`: after that, a browser would block the popup.
  const popup = Object(options).via === 'popup' ? globalThis.open?.('', '', 'popup') : undefined
  const { status } = state.current()
  try {
    // First: without WebCrypto `open()` rejects with the reason, and nothing else would load.
    await page.open()
    const { signIn } = await page.signIn()
    return await signIn(options, status, popup)
  } catch (error) {
    throw showError(state, error)
  } finally {
    popup?.close()
  }
}

async function signOutBy(
  { start, open, config, asked }: Start,
  state: StateStore,
  given?: OrEvent<SignOutOptions>,
): Promise<void> {
  const options = optionsOf(given)
  const { local, ...others } = options
  if (typeof (local ?? true) !== 'boolean') refuse('local', 'give a boolean.')
  void start()
  asked.abort()
  // Noted before the first `await`: the app may leave the page right after this call.
  if (typeof window === 'object') {
    endedSession(config().key, endingId(state))
    if (config().restore) endedSession(config().key, 'sign-out', 'unrestored')
  }
  const { vault } = await open()
  const { url, undeleted } = await vault.signOut(options)
  endedSession(config().key, undeleted)
  // Checked after the session is gone: a misspelled option must not keep the user signed in.
  checkTypes(others, {})
  if (url) location.assign(url)
}

/**
 * `fetch` is the global one as it was when the client was made. `sent` has the requests that the vault sends
 * already: it sends them by the global `fetch`, which may be `auth.fetch` by then.
 */
interface Platform {
  readonly fetch: typeof globalThis.fetch
  readonly sent: WeakSet<object>
}

/** Like `fetch`, but with a token if the URL belongs to `resources`. */
async function fetchWith(
  page: Start,
  state: StateStore,
  { fetch, sent }: Platform,
  signIn: Auth['signIn'],
  given: Parameters<typeof globalThis.fetch>,
): Promise<Response> {
  // A server, or a test environment without `Request`: as a rule `open()` rejects and says why.
  if (!globalThis.window?.Request) await page.open()
  void page.start()
  const { resources } = page.config()
  const [input, init] = given
  // `url` is read without `instanceof`, as a Request may come from another realm (a frame).
  const href = String((input as Partial<Request> | undefined)?.url ?? input)
  const isListed = !sent.has(input as object) && matchResource(resources, href, document.baseURI)
  if (!isListed) return withoutToken(page, href, resources[0] && fetch(...given))
  const request = new Request(...given)
  // If the caller has set `Authorization` itself, the request is sent unchanged.
  if (request.headers.has('authorization')) return fetch(request)
  const { signal } = request
  signal.throwIfAborted()
  sent.add(request)
  const caller = state.caller()
  const isOneTime = 'getReader' in Object(init?.body)
  return abortable(signal, call(page, signIn, request, caller, isOneTime))
}

/** Send a request with its token. If the API then demands another sign-in, the option `stepUp` decides. */
async function call(
  page: Start,
  signIn: Auth['signIn'],
  request: Request,
  caller: Caller | null | undefined,
  isOneTime: boolean,
): Promise<Response> {
  const { vault, config } = await page.open()
  const send = (one: Request): Promise<Response> => vault.fetch(one, caller, isOneTime)
  if (!config.stepUp) return send(request)
  const again = !isOneTime && ((): Promise<Response> => send(request))
  return send(again ? request.clone() : request).catch(async (failure) =>
    (await page.signIn()).stepUp(failure, caller, signIn, again),
  )
}

/** The answer to a call that gets no token. In development (http), and in the trace, the developer is told why. */
function withoutToken(page: Start, href: string, answer?: Promise<Response>): Promise<Response> {
  if (page.ear || location.protocol === 'http:')
    import('./page/optional/near-miss.js').then(
      ({ tellNearMiss }) => tellNearMiss(page, href, answer),
      ignore,
    )
  return answer ?? refuse('resources', 'none is given.')
}

/**
 * Settle as `work` does, but reject at once when the signal aborts. The listener is removed at the end, or else
 * the signal would keep the request in memory.
 */
function abortable<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort)
    work.finally(() => signal.removeEventListener('abort', abort)).then(resolve, reject)
  })
}
