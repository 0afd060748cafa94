import type { AuthOptions } from '../../src/options.js'
import type { DPoP, VaultContext } from '../../src/vault/context.js'
import type { Active } from '../../src/vault/record.js'
import type { Transaction } from '../../src/vault/sign-in/transactions.js'
import { present } from './refreshes.js'
import { mapStore } from './vault.js'

// The parts of a sign-in, in a vault that is given the server's metadata.

export const issuer = 'https://id.example'
export const server = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/t`,
}

export interface Room {
  readonly context: VaultContext
  readonly shared: ReturnType<typeof mapStore>
  readonly own: ReturnType<typeof mapStore>
  /** The sign-ins under way, by their `state`. */
  pending(): Record<string, Transaction>
}

/** A vault with these options; signed in if there is a session. */
export async function room(
  options: Partial<AuthOptions> = {},
  session?: Partial<Active>,
  dpop: Partial<DPoP> = {},
): Promise<Room> {
  // The library refuses two issuers with the same redirect URI, and other specs in this process have other issuers.
  const redirectUri = '/sign-ins'
  const { context } = await present(session, {}, { server, redirectUri, ...options })
  if (!session) await context.session.endOnly('one', 'expired')
  const [shared, own] = [mapStore(), mapStore()]
  return {
    context: { ...context, sharedStore: shared, tabStore: own, dpop: async () => dpop as DPoP },
    shared,
    own,
    pending() {
      const records = [...own.records.values(), ...shared.records.values()]
      return Object.assign({}, ...records.filter((record) => typeof record === 'object'))
    },
  }
}
