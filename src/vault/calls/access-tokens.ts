import type { VaultConfig } from '../../config.js'
import type { Caller } from '../../door.js'
import { AuthError } from '../../errors.js'
import { checkTypes, refuse } from '../../lib/check.js'
import { tokenKey } from '../../lib/resources.js'
import { withTimeout } from '../../lib/timeout.js'
import type { TokenOptions } from '../../options.js'
import type { Refresh, VaultContext } from '../context.js'
import { callerOf, type Active, type Token } from '../record.js'
import type { SessionStore } from '../session.js'
import { endedError } from './ended.js'
import { resourceOf } from './resource.js'

/** Gives calls their tokens, and renews a token when a call needs it. */
export interface AccessTokens {
  signedIn(): Active
  /** The stored token for a call that was made under `caller`, whether it is still valid or not. */
  currentFor(caller: Caller, key: string): Token | undefined
  /** The key of the token that a call needs. */
  keyFor(options: TokenOptions): string
  /**
   * The token of that key for a call that was made under `caller`.
   *
   * @param minTtl seconds that the token must still live; otherwise it is renewed first
   */
  token(key: string, minTtl?: number, caller?: Caller): Promise<Token>
  /** The key of the token that the app needs now for a resource of that key. */
  keyNow(key: string): string
  /** Renew, but wait no longer than the caller's timeout. */
  renew(...request: Parameters<Refresh>): Promise<void>
}

const renewIn =
  ({ config, refresh }: VaultContext) =>
  (...request: Parameters<Refresh>): Promise<void> =>
    withTimeout(
      config.timeout,
      refresh().then((run) => run(...request)),
    )

/** @throws AuthError `config`, naming the option that is wrong */
export function checkTokenOptions(options: TokenOptions): void {
  checkTypes(options, { url: 'a string', scope: 'a string', minTtl: 'a number' })
  if (!((options.minTtl ?? 0) >= 0)) refuse('minTtl', 'give seconds.')
}

export function keyFor(
  { resources }: Pick<VaultConfig, 'resources'>,
  { url, scope }: TokenOptions,
): string {
  const resource = url === undefined ? resources[0] : resourceOf(resources, url)
  return scope === undefined ? (resource?.key ?? '') : tokenKey(scope, resource?.resource)
}

/**
 * The key of the token that the app needs now. If a later release of the app asks for more scope than the
 * sign-in did, the token of the sign-in is not enough: a refresh requests one of the new scope.
 *
 * @throws AuthError `insufficient_scope` if the app now needs another audience, which no refresh can ask for
 */
function keyNow({ config, session }: VaultContext, key: string): string {
  const { scope, params } = config
  const asked = session.active()?.asked
  // A script may have changed the stored record.
  if (typeof asked?.scope !== 'string') return key
  if (asked.audience !== params?.['audience'])
    throw new AuthError('insufficient_scope', 'This session is for another `audience`.')
  const before = asked.scope.split(' ')
  if (scope.split(' ').every((word) => before.includes(word))) return key
  const [ownScope, resource] = key ? (JSON.parse(key) as [string, string]) : []
  return ownScope ? key : tokenKey(scope, resource)
}

function tokenOf(session: SessionStore, caller: Caller, key: string): Token | undefined {
  const record = session.active()
  if (!record) throw endedError(session)
  // The same user may have signed in again. Users without `sub` cannot be compared.
  const isSame = record.id === caller.id || (caller.sub && caller.sub === record.user.sub)
  if (!isSame) throw new AuthError('account_changed')
  return session.isOver() ? undefined : record.tokens[key]
}

export function createAccessTokens(context: VaultContext): AccessTokens {
  const { session, config } = context
  const { clock } = session
  const renew = renewIn(context)

  function signedIn(): Active {
    const record = session.active()
    if (!record) throw new AuthError('not_signed_in')
    return record
  }

  const currentFor: AccessTokens['currentFor'] = (caller, key) => tokenOf(session, caller, key)

  /** @param spare a token that is used while the refresh is late, or if it fails for now */
  async function renewed(
    caller: Caller,
    key: string,
    spare?: Token,
    unfit?: string,
  ): Promise<Token> {
    try {
      await renew(key, unfit)
    } catch (error) {
      currentFor(caller, key)
      if (spare && clock.remaining(spare) > 0) return spare
      throw error
    }
    const next = currentFor(caller, key)
    if (!next) throw endedError(session)
    return next
  }

  async function token(given: string, minTtl = 0, caller = callerOf(signedIn())): Promise<Token> {
    const key = keyNow(context, given)
    const held = currentFor(caller, key)
    if (!held) return renewed(caller, key)
    const left = clock.remaining(held)
    const life = held.expiresAt - held.receivedAt
    // A `minTtl` longer than a token's life would renew the token at every call.
    if (left <= Math.min(minTtl * 1000, (life * 3) / 4))
      return renewed(caller, key, undefined, held.value)
    if (!clock.needsRenewal(held)) return held
    if (left <= Math.min(10_000, life / 12)) return renewed(caller, key, held)
    // The token is near its end: this call still uses it, and the next one gets the new one.
    renew(key).catch(() => {})
    return held
  }

  return {
    signedIn,
    currentFor,
    keyFor(options) {
      checkTokenOptions(options)
      return keyFor(config, options)
    },
    keyNow: (key) => keyNow(context, key),
    token,
    renew,
  }
}
