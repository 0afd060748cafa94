import type { Caller } from '../../door.js'
import { AuthError } from '../../errors.js'
import { matchResource } from '../../lib/resources.js'
import type { TokenOptions } from '../../options.js'
import { checkTokenOptions, keyFor } from '../../vault/calls/access-tokens.js'
import { fetchResource } from '../../vault/calls/fetch.js'
import type { NamedResource } from '../config.js'
import type { BackendSession } from '../session.js'
import { createLentTokens } from './lent.js'
import { sourceFor, tokenFor } from './tokens.js'

/** Calls that this page makes itself, with tokens that the backend gives it. */
export interface PageTokens {
  /** @param caller the session that the call was made under; none while signed out */
  fetch(given: Request, caller: Caller | undefined, isOneTime: boolean): Promise<Response>
  getAccessToken(options: TokenOptions): Promise<string>
  forget(): void
}

export function createPageTokens(session: BackendSession): PageTokens {
  const { config } = session
  const tokens = createLentTokens(session)
  return {
    fetch: (given, caller, isOneTime) =>
      fetchResource(
        given,
        config.resources,
        isOneTime,
        sourceFor(tokens, caller, session.notes.note),
      ),
    async getAccessToken(options) {
      checkTokenOptions(options)
      const { url } = options
      const resource: NamedResource | undefined =
        url === undefined ? config.resources[0] : matchResource(config.resources, url)
      if (resource?.name !== undefined)
        throw new AuthError('unsupported', 'The backend keeps this token: call the API by `fetch`.')
      const caller = session.caller()
      if (!caller) throw new AuthError('not_signed_in')
      const key = keyFor(config, options)
      return (await tokenFor(tokens, key, caller, options.minTtl)).value
    },
    forget: tokens.forget,
  }
}
