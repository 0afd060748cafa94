import type { Auth, AuthState } from './api.js'
import type { PageConfig } from './config.js'
import { checkTypes, refuse } from './lib/check.js'
import { optionsOf, type OrEvent } from './lib/own.js'
import { parseUrl } from './lib/url.js'
import type { SignInOptions, SignOutOptions, TokenOptions } from './options.js'
import { endedSession } from './page/flags.js'
import { showError, type Start } from './page/client.js'
import { fetchWith, type Platform } from './page/fetch.js'
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
  const platform: Platform = { fetch: globalThis.fetch, sent: new WeakSet() }
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
  checkTypes({ local: local ?? false }, { local: 'a boolean' })
  void start()
  asked.abort()
  // Noted before the first `await`: the app may leave the page right after this call.
  if (typeof window === 'object') {
    const { key, restore } = config()
    // While the state is loading, the id of the session is not known yet.
    const isLoading = state.current().status === 'loading'
    endedSession(key, state.caller()?.id ?? (isLoading ? '*' : undefined))
    if (restore) endedSession(key, 'sign-out', 'unrestored')
  }
  const { vault } = await open()
  const { url, undeleted } = await vault.signOut(options)
  endedSession(config().key, undeleted)
  // Checked after the session is gone: a misspelled option must not keep the user signed in.
  checkTypes(others, {})
  if (url) location.assign(url)
}
