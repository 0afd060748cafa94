import type { IDToken } from 'oauth4webapi'
import type { VaultConfig } from '../../config.js'
import type { NewSession } from '../record.js'

/**
 * When the server wants the session to end, by the clock of this device: milliseconds since the epoch.
 *
 * @see [OpenID IPSIE Session Lifecycle](https://openid.net/wg/ipsie/)
 */
export function expiryOf(claims: IDToken | undefined, receivedAt: number): number | undefined {
  const { session_expiry, iat = 0 }: Partial<IDToken> = claims ?? {}
  // Some servers send 0 if they do not know the time.
  if (typeof session_expiry !== 'number' || !(session_expiry > 0)) return undefined
  return receivedAt + (session_expiry - iat) * 1000
}

/**
 * When a session ends, even if it is refreshed.
 *
 * @param told the end that the server names; it can bring the end nearer, and never puts it off
 */
export function sessionEnd(
  { maxSession = Infinity }: Pick<VaultConfig, 'maxSession'>,
  { requestedAt = Infinity, endsAt = Infinity }: Pick<NewSession, 'requestedAt' | 'endsAt'>,
  told: number | undefined = Infinity,
): number | undefined {
  const end = Math.min(endsAt, told, requestedAt + maxSession * 1000)
  return end < Infinity ? end : undefined
}
