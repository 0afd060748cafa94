import type { Caller } from '../../door.js'
import { AuthError } from '../../errors.js'
import { createClock, type Clock } from '../../vault/clock.js'
import type { Token } from '../../vault/record.js'
import { request } from '../request.js'
import type { BackendSession } from '../session.js'
import { failed } from '../calls/failed.js'

/** The access tokens that the backend gives to this page. They are kept in memory only. */
export interface LentTokens extends Pick<Clock, 'remaining' | 'needsRenewal'> {
  /**
   * The token now held for a call that was made under `caller`.
   *
   * @throws AuthError `account_changed`, `session_ended`
   */
  currentFor(caller: Caller, key: string): Token | undefined
  /**
   * Ask the backend for a token. Calls for the same token at the same time share one request.
   *
   * @param unfit the value of a token that cannot be used, although it has not expired
   * @param forcedAt when an API answered 401 to that token
   * @throws AuthError the backend's refusal
   */
  renew(key: string, caller: Caller, unfit?: string, forcedAt?: number): Promise<Token>
  forget(): void
}

const isSame = (one: Caller, other: Caller): boolean =>
  one.id === other.id || (!!one.sub && one.sub === other.sub)

/** @throws AuthError `invalid_response` */
function tokenIn({ token, expiresIn }: Record<string, unknown>, forcedAt = 0): Token {
  if (typeof token !== 'string' || !token) throw new AuthError('invalid_response')
  const receivedAt = Date.now()
  const lives = typeof expiresIn === 'number'
  const expiresAt = lives ? receivedAt + expiresIn * 1000 : Number.MAX_SAFE_INTEGER
  return { value: token, type: 'bearer', receivedAt, expiresAt, forcedAt }
}

/** The backend has answered, so the session is not stale. */
function succeeded({ current, show }: BackendSession): void {
  const now = current()
  if (now.status === 'signed-in' && now.stale) show({ ...now, stale: undefined })
}

export function createLentTokens(session: BackendSession): LentTokens {
  // No spread: a token that this page renewed so early is still fresh for the backend, which would give the same token
  // at each call.
  const { remaining, needsRenewal, keep } = createClock(0)
  let tokens: Record<string, Token> = {}
  let flights: Record<string, Promise<Token>> = {}
  let owner: string | undefined

  function forget(): void {
    tokens = {}
    flights = {}
  }

  async function ask(
    key: string,
    caller: Caller,
    unfit?: string,
    forcedAt?: number,
  ): Promise<Token> {
    const [scope, resource] = key ? (JSON.parse(key) as string[]) : []
    const held = tokens
    try {
      const body = { scope, resource, unfit }
      const token = tokenIn(await request(session, 'token', { body, caller }), forcedAt)
      const seconds = (token.expiresAt - token.receivedAt) / 1000
      session.notes.note('tokens')({ type: 'bearer', seconds })
      succeeded(session)
      held[key] = token
      keep(tokens)
      return token
    } catch (failure) {
      throw failed(session, failure, caller)
    }
  }

  return {
    remaining,
    needsRenewal,
    currentFor(caller, key) {
      const now = session.caller()
      if (!now) throw new AuthError('session_ended')
      // Without a `sub`, users cannot be compared, only sessions.
      if (!isSame(now, caller)) throw new AuthError('account_changed')
      if (now.id !== owner) forget()
      owner = now.id
      return tokens[key]
    },
    renew(key, ...given) {
      const all = flights
      const flight = (all[key] ??= ask(key, ...given))
      const isDone = (): void => {
        if (all[key] === flight) delete all[key]
      }
      flight.then(isDone, isDone)
      return flight
    },
    forget,
  }
}
