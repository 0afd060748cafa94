import { resolveConfig } from '../../src/config.js'
import type { VaultEvent } from '../../src/door.js'
import type { AuthOptions } from '../../src/options.js'
import { createContext, type VaultContext } from '../../src/vault/context.js'
import type { Active, Lease, SessionRecord } from '../../src/vault/record.js'
import type { Attempt } from '../../src/vault/refresh/step.js'
import type { TokenSet } from '../../src/vault/token/endpoint.js'
import { mapStore } from './vault.js'

// One refresh in a vault without a server: what was presented, and what the store has afterwards.

export const token = (value: string, seconds: number): TokenSet['token'] => ({
  value,
  type: 'bearer',
  receivedAt: Date.now() - 3_600_000,
  expiresAt: Date.now() + seconds * 1000,
})

export interface Presented {
  readonly context: VaultContext
  readonly attempt: Attempt
  /** The record that the store has now. */
  stored(): SessionRecord | undefined
  /** Write a record, as another tab does. */
  write(record: SessionRecord | undefined): void
  readonly told: VaultEvent[]
}

/**
 * Present the refresh token `sent`.
 *
 * @param more members of the session that differ from the usual ones
 * @param about members of the attempt
 * @param options of the app
 */
export async function present(
  more: Partial<Active> = {},
  {
    lease = {},
    key,
    isForced = false,
  }: { lease?: Partial<Lease>; key?: string; isForced?: boolean } = {},
  options: Partial<AuthOptions> = {},
  isSigned: () => Promise<boolean> = async () => true,
): Promise<Presented> {
  const store = mapStore()
  const config = resolveConfig(
    {
      issuer: 'https://id.example',
      clientId: 'app',
      redirectUri: '/callback',
      resources: ['/api'],
      store,
      ...options,
    },
    'https://app.example/',
  )
  const told: VaultEvent[] = []
  const base = createContext(config, mapStore(), {
    emit: (event) => told.push(event),
    changed: () => {},
    ended: () => {},
  })
  const mine: Lease = { attempt: 'mine', at: Date.now(), tries: 0, ...lease }
  const record: Active = {
    v: 1,
    id: 'one',
    version: 7,
    server: {
      issuer: config.issuer ?? '',
      authorization_endpoint: 'https://id.example/a',
      token_endpoint: 'https://id.example/t',
      revocation_endpoint: 'https://id.example/revoke',
    },
    session: { scope: ['openid'], tokenType: 'bearer', issuer: config.issuer ?? '' },
    user: { sub: 'user-1', name: 'before' },
    identity: {
      iss: config.issuer ?? '',
      sub: 'user-1',
      aud: ['app'],
      azp: undefined,
      auth_time: undefined,
      nonce: undefined,
    },
    idToken: 'ID before',
    refreshToken: 'sent',
    tokens: { [base.defaultTokenKey]: token('old', -60) },
    lease: mine,
    ...more,
  }
  await base.session.change(() => record)
  const [name = ''] = store.records.keys()
  const missing = (): never => {
    throw new Error('This test has no such chunk.')
  }
  return {
    context: { ...base, refresh: missing, dpop: missing, signature: async () => isSigned },
    attempt: { record, lease: mine, key: key ?? base.defaultTokenKey, isForced },
    stored: () => store.records.get(name) as SessionRecord | undefined,
    write: (other) => void store.records.set(name, other),
    told,
  }
}
