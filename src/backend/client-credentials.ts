import { checkTypes } from '../lib/check.js'
import { own } from '../lib/own.js'
import { tokenKey } from '../lib/resources.js'
import type { Token } from '../vault/record.js'
import { requestTokens } from '../vault/token/endpoint.js'
import { fromServer } from './errors.js'
import type { BackendContext } from './context.js'
import { createPauses } from './pauses.js'
import { isFresh, remaining } from './expiry.js'

/** Which access token of the client itself is wanted. */
export interface ClientCredentialsOptions {
  /** Space-separated. @see RFC 6749 section 3.3 */
  readonly scope?: string | undefined
  /** The `resource` parameter. @see RFC 8707 section 2 */
  readonly resource?: string | undefined
  /** A token that an API refused: then a new one is fetched. */
  readonly unfit?: string | undefined
}

export type ClientCredentials = (options?: ClientCredentialsOptions) => Promise<string>

function checked(given: ClientCredentialsOptions): ClientCredentialsOptions {
  const options = own(given)
  checkTypes(options, { scope: 'a string', resource: 'a string', unfit: 'a string' })
  return options
}

/**
 * Access tokens of the client itself, without a user. Each is kept until shortly before it expires. Callers that want
 * the same token at the same time share one request.
 *
 * @see [RFC 6749 §4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4)
 */
export function createClientCredentials(context: BackendContext): ClientCredentials {
  const held = new Map<string, Token>()
  const flights = new Map<string, Promise<Token>>()
  const pauses = createPauses()

  async function request(
    key: string,
    { scope, resource }: ClientCredentialsOptions,
  ): Promise<Token> {
    pauses.check(key)
    try {
      const { token } = await requestTokens(context, {
        server: await context.discover(),
        form: { grant_type: 'client_credentials', scope, resource },
        isOpenid: false,
      })
      held.set(key, token)
      pauses.end(key)
      return token
    } catch (failure) {
      const error = fromServer(failure)
      pauses.begin(key, failure, error)
      throw error
    }
  }

  return async (given = {}) => {
    const options = checked(given)
    const key = tokenKey(options.scope, options.resource)
    const token = held.get(key)
    const fit = token?.value === options.unfit ? undefined : token
    if (fit && isFresh(fit)) return fit.value
    const flight = flights.get(key) ?? request(key, options).finally(() => void flights.delete(key))
    flights.set(key, flight)
    const next = await flight.catch((error: unknown) => {
      // The old token works until it expires.
      if (fit && remaining(fit) > 0) return fit
      throw error
    })
    return next.value
  }
}
