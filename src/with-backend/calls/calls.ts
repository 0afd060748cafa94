import type { CallbackResult, Caller, Claims, SignInRequest, Snapshot } from '../../door.js'
import { lazy } from '../../lib/lazy.js'
import type { TokenOptions } from '../../options.js'
import { resourceOf } from '../../vault/calls/resource.js'
import type { NamedResource } from '../config.js'
import type { BackendSession } from '../session.js'
import { fetchByBackend } from './proxied.js'

/** What a page with a backend can do after its session is shown. */
export interface Calls {
  authorize(given: SignInRequest): Promise<string>
  callback(href: string): Promise<CallbackResult | undefined>
  /** @param caller the session that the call was made under; none while signed out */
  fetch(given: Request, caller: Caller | undefined, isOneTime: boolean): Promise<Response>
  getAccessToken(options: TokenOptions): Promise<string>
  refresh(): Promise<Snapshot>
  userInfo(): Promise<Claims>
  /** Load the chunks that a later click or call would wait for. */
  prepare(): Promise<undefined>
}

export function createCalls(session: BackendSession): Calls {
  const { resources } = session.config
  const account = lazy('account', () => import('../account/account.js'))
  const tokens = lazy('tokens', () =>
    import('../tokens/page-tokens.js').then(({ createPageTokens }) => createPageTokens(session)),
  )
  return {
    authorize: async (given) => (await account()).authorize(session, given),
    callback: async (href) => (await account()).callback(session, href),
    async fetch(given, caller, isOneTime) {
      const resource: NamedResource = resourceOf(resources, given.url)
      return resource.name === undefined
        ? (await tokens()).fetch(given, caller, isOneTime)
        : fetchByBackend(session, resource, given, caller, isOneTime)
    },
    getAccessToken: async (options) => (await tokens()).getAccessToken(options),
    async refresh() {
      const snapshot = await (await account()).refresh(session)
      ;(await tokens()).forget()
      return snapshot
    },
    userInfo: async () => (await account()).userInfo(session),
    async prepare(): Promise<undefined> {
      const isAny = resources.some(({ name }: NamedResource) => name === undefined)
      await Promise.all([account(), isAny && tokens()])
    },
  }
}
