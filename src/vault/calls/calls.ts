import type { Caller, CallbackResult, Claims, SignInRequest, Snapshot } from '../../door.js'
import { lazy } from '../../lib/lazy.js'
import type { SignOutOptions, TokenOptions } from '../../options.js'
import type { SessionContext, VaultContext } from '../context.js'
import { canRenew, type Active } from '../record.js'
import { current } from '../restore.js'
import type { EndedSession } from '../session.js'
import { createAccessTokens } from './access-tokens.js'
import { fetchResource } from './fetch.js'
import { proofFor } from './proof.js'

/** What a vault can do once its session is restored. Each method loads the chunks that it needs. */
export interface Calls {
  authorize(request: SignInRequest): Promise<string>
  callback(url: string): Promise<CallbackResult | undefined>
  /** @param caller the session that the call was made under; none while signed out */
  fetch(request: Request, caller: Caller | null | undefined, isOneTime: boolean): Promise<Response>
  getAccessToken(options: TokenOptions): Promise<string>
  refresh(): Promise<Snapshot>
  userInfo(): Promise<Claims>
  /**
   * The rest of a sign-out, while the session is being ended in the store. Resolves to the URL to send the
   * browser to.
   *
   * @param held the session that this tab had before
   */
  signOut(
    held: Active | undefined,
    ending: Promise<EndedSession>,
    options: SignOutOptions,
  ): Promise<string | undefined>
  /** Tell the server that a session has ended. */
  revoke(ended: Active): Promise<void>
  /** Make sure that the session ends when its time has come. */
  watch(): void
  prepare(request?: SignInRequest): Promise<string | undefined>
  resume(): Promise<void>
}

export function createCalls(given: SessionContext): Calls {
  const context = withLoaders(given)
  const { session } = context
  const accessTokens = createAccessTokens(context)
  const signIn = lazy('sign-in', () => import('../sign-in/index.js'))
  const renewal = lazy('refresh', () => import('../refresh/index.js'))
  const userInfo = lazy('userinfo', () => import('../optional/userinfo.js'))

  let watched: string | undefined

  function watch(): void {
    const record = session.active()
    if (!record || record.id === watched || (canRenew(record) && !record.endsAt)) return
    watched = record.id
    renewal().then(
      ({ watchEnd }) => watchEnd(context),
      () => (watched = undefined),
    )
  }

  return {
    watch,
    authorize: async (request) => (await signIn()).authorize(context, request),
    async callback(url) {
      const result = await (await signIn()).callback(context, url)
      watch()
      return result
    },
    fetch: (request, caller, isOneTime) =>
      fetchResource(request, context.config.resources, isOneTime, {
        note: context.notes.note,
        token: async (key) => (caller ? accessTokens.token(key, 0, caller) : undefined),
        async retryToken(refused) {
          if (!caller) return undefined
          const chunk = await renewal().catch(() => undefined)
          return chunk?.retryToken(context, accessTokens, caller, refused)
        },
        proof: (token) => proofFor(context, session.active(), token),
      }),
    async getAccessToken(options) {
      await current(context)
      const { value } = await accessTokens.token(accessTokens.keyFor(options), options.minTtl)
      return value
    },
    async refresh() {
      await current(context)
      return (await renewal()).refreshNow(context, accessTokens)
    },
    async userInfo() {
      await current(context)
      return (await userInfo()).userInfo(context, accessTokens)
    },
    signOut: async (...ended) => (await signIn()).signOut(context, ...ended),
    revoke: async (ended) => (await signIn()).revoke(context, ended, ended.refreshToken),
    prepare: async (request) => (await signIn()).prepare(context, request),
    resume: async () => (await renewal()).resume(context),
  }
}

function withLoaders(given: SessionContext): VaultContext {
  const { session, config } = given
  const context: VaultContext = {
    ...given,
    refresh: lazy('refresh', () =>
      import('../refresh/index.js').then(({ createRefresh }) => createRefresh(context)),
    ),
    dpop: lazy('dpop', () =>
      import('../optional/dpop.js').then(({ createDPoP }) => createDPoP(session)),
    ),
    signature: lazy('signature', () =>
      import('../optional/signature.js').then(({ isSigned }) => isSigned),
    ),
  }
  if (config.dpop) context.dpop().catch(() => {})
  return context
}
