import { tokenKey, type Config } from '../config.js'
import { AuthError } from '../errors.js'
import type { TokenOptions } from '../options.js'
import { isFresh } from './fresh.js'
import type { Active, Token } from './record.js'
import { matchResource } from './resources.js'
import type { HeldSession } from './session.js'
import { within } from './within.js'
import { fault } from '../remedies.js'

/** Renew a token: `unfit` is its value, if it will not do though it seems to live; `forced`, if a 401 said so. */
export type Renew = (key: string, unfit?: string, forced?: boolean) => Promise<void>

/** Gives calls their tokens, and renews these on use. */
export interface Bearer {
  signedIn(): Active
  /** The token now held for a call that was made under `before`. */
  heldFor(before: Active, key: string): Token | undefined
  /** Which token a call is about. */
  keyFor(options: TokenOptions): string
  /** The token of that key for a call that was made under `before`, renewed if it is not to live `minTtl` seconds more. */
  token(key: string, minTtl?: number, before?: Active): Promise<Token>
  /** Another token than the one that a resource refused, by one refresh in 30 s at most. */
  replace(before: Active, key: string, refused: string): Promise<Token | undefined>
}

export function createBearer(
  { resources, timeout }: Config,
  session: HeldSession,
  renew: Renew,
): Bearer {
  const { clock } = session

  function signedIn(): Active {
    const record = session.active()
    if (!record) throw new AuthError('not_signed_in')
    return record
  }

  function heldFor(before: Active, key: string): Token | undefined {
    const record = session.active()
    if (!record) throw new AuthError('session_ended')
    // The same user may have signed in again; without a name nobody is the same.
    const same = record.id === before.id || (record.user.sub && record.user.sub === before.user.sub)
    if (!same) throw fault('account_changed')
    return record.tokens[key]
  }

  async function awaited(
    before: Active,
    key: string,
    spare?: Token,
    unfit?: string,
  ): Promise<Token> {
    try {
      await within(timeout, renew(key, unfit))
    } catch (error) {
      heldFor(before, key)
      // The refresh is late, or failed for now: a token that still lives serves.
      if (spare && clock.remaining(spare) > 0) return spare
      throw error
    }
    const next = heldFor(before, key)
    if (!next) throw new AuthError('session_ended')
    return next
  }

  return {
    signedIn,
    heldFor,
    keyFor({ url, scope }) {
      const resource = url === undefined ? resources[0] : matchResource(resources, url)
      if (url !== undefined && !resource) throw fault('url_not_allowed')
      return scope === undefined ? (resource?.key ?? '') : tokenKey(scope, resource?.resource)
    },
    async token(key, minTtl = 0, before = signedIn()) {
      const held = heldFor(before, key)
      if (!held) return awaited(before, key)
      const left = clock.remaining(held)
      const life = held.expiresAt - held.receivedAt || 0
      // More than a fresh token has cannot be asked for: it would be renewed at every call.
      if (left <= Math.min(minTtl * 1000, (life * 3) / 4))
        return awaited(before, key, undefined, held.value)
      if (isFresh(clock, held)) return held
      if (left <= Math.min(10_000, life / 12)) return awaited(before, key, held)
      // Nearly over, but not yet: it serves, and the next call has the new one.
      renew(key).catch(() => {})
      return held
    },
    async replace(before, key, refused) {
      const held = heldFor(before, key)
      if (held && held.value !== refused) return held
      const { forcedAt = 0, refreshToken } = signedIn()
      if (!refreshToken || Math.abs(Date.now() - forcedAt) < 30_000) return undefined
      await within(timeout, renew(key, refused, true)).catch(() => {})
      const next = session.active() && heldFor(before, key)
      return next?.value === refused ? undefined : next
    },
  }
}
