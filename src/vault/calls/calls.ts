import type { Caller, CallbackResult, Claims, SignInRequest, Snapshot } from '../../door.js'
import { lazy } from '../../lib/lazy.js'
import { withTimeout } from '../../lib/timeout.js'
import type { SignOutOptions, TokenOptions } from '../../options.js'
import type { SessionContext, VaultContext } from '../context.js'
import { callerOf, type Active, type Token } from '../record.js'
import { current } from '../restore.js'
import type { EndedSession } from '../session.js'
import { createAccessTokens, type AccessTokens } from './access-tokens.js'
import { fetchResource } from './fetch.js'
import { proofFor } from './proof.js'

/** What a vault does once its session is restored. What a call needs besides is loaded with it. */
export interface Calls {
  authorize(request: SignInRequest): Promise<string>
  callback(url: string): Promise<CallbackResult | undefined>
  /** @param caller the session that the call was made under; none while signed out */
  fetch(request: Request, caller: Caller | null | undefined, isOneTime: boolean): Promise<Response>
  getAccessToken(options: TokenOptions): Promise<string>
  refresh(): Promise<Snapshot>
  userInfo(): Promise<Claims>
  /**
   * What is left to do when the session is being ended here. Resolves to where to send the browser.
   *
   * @param held the session as this tab knew it
   */
  signOut(
    held: Active | undefined,
    ending: Promise<EndedSession>,
    options: SignOutOptions,
  ): Promise<string | undefined>
  /** Tell the server that a session has ended. */
  revoke(ended: Active): Promise<void>
  prepare(): Promise<void>
  resume(): Promise<void>
}

export function createCalls(given: SessionContext): Calls {
  const context = withLoaders(given)
  const { session } = context
  const accessTokens = createAccessTokens(context)
  const signIn = lazy(
    'sign-in',
    () => import('../sign-in/index.js'),
    (chunk) => chunk,
  )
  const userInfo = lazy(
    'userinfo',
    () => import('../optional/userinfo.js'),
    (chunk) => chunk,
  )
  return {
    authorize: async (request) => (await signIn()).authorize(context, request),
    callback: async (url) => (await signIn()).callback(context, url),
    fetch: (request, caller, isOneTime) =>
      fetchResource(request, context.config.resources, isOneTime, {
        token: async (key) => (caller ? accessTokens.token(key, 0, caller) : undefined),
        rejected: async (key, value) =>
          caller ? accessTokens.rejected(caller, key, value) : undefined,
        proof: (token) => proofFor(context, session.active(), token),
      }),
    async getAccessToken(options) {
      await current(context)
      const { value } = await accessTokens.token(accessTokens.keyFor(options), options.minTtl)
      return value
    },
    async refresh() {
      await current(context)
      return refreshNow(context, accessTokens)
    },
    async userInfo() {
      await current(context)
      return (await userInfo()).userInfo(context, accessTokens)
    },
    signOut: async (...ended) => (await signIn()).signOut(context, ...ended),
    revoke: async (ended) => (await signIn()).revoke(context, ended, ended.refreshToken),
    async prepare() {
      const [{ discover }] = await Promise.all([signIn(), context.refresh()])
      // What the click on "Sign in" would wait for.
      if (!session.active()) await discover(context)
    },
    resume: () => resume(context),
  }
}

function withLoaders(given: SessionContext): VaultContext {
  const { session, config } = given
  const context: VaultContext = {
    ...given,
    refresh: lazy(
      'refresh',
      () => import('../refresh/refresh.js'),
      ({ createRefresh }) => createRefresh(context),
    ),
    dpop: lazy(
      'dpop',
      () => import('../optional/dpop.js'),
      ({ createDPoP }) => createDPoP(session),
    ),
    signature: lazy(
      'signature',
      () => import('../optional/signature.js'),
      (chunk) => chunk.isSigned,
    ),
  }
  if (config.dpop) context.dpop().catch(() => {})
  return context
}

async function refreshNow(context: VaultContext, accessTokens: AccessTokens): Promise<Snapshot> {
  const { config, session, defaultTokenKey: key } = context
  const before = accessTokens.signedIn()
  const work = context.refresh().then((refresh) => refresh(key, before.tokens[key]?.value))
  await withTimeout(config.timeout, work)
  accessTokens.currentFor(callerOf(before), key)
  return session.snapshot()
}

/** After an error the token may live on: it is renewed all the same, to see whether all is well. */
async function resume({ session, refresh, defaultTokenKey: key }: VaultContext): Promise<void> {
  const token: Token | undefined = session.active()?.tokens[key]
  const state = session.snapshot()
  const unfit = state.status === 'signed-in' && state.stale && token?.value
  if (unfit || (token && session.clock.remaining(token) <= 0))
    await (
      await refresh()
    )(key, unfit || undefined)
}
