import { expect, test } from '@playwright/test'
import type { AuthError } from '../../src/errors.js'
import type { Store } from '../../src/options.js'
import type { VaultContext } from '../../src/vault/context.js'
import type { Active } from '../../src/vault/record.js'
import { acquire, claimForTab } from '../../src/vault/refresh/acquire.js'
import { createRefresh } from '../../src/vault/refresh/refresh.js'
import { NO_REFRESH_TOKEN } from '../../src/vault/shown.js'
import { present, token } from '../support/refreshes.js'
import { mapStore } from '../support/vault.js'

// Where each tab has its own copy of the session, only one copy of a refresh token is presented.

interface Copy {
  readonly context: VaultContext
  stored(): Active
  /** Ask for the right to present the copy. */
  ask(attempt: string): ReturnType<typeof acquire>
}

async function copyIn(sharedStore: Store, more: Partial<Active> = {}): Promise<Copy> {
  const { context: given, attempt, stored } = await present({ lease: undefined, ...more })
  const context = { ...given, sharedStore, config: { ...given.config, store: 'session' as const } }
  const { key, record } = attempt
  return {
    context,
    stored: () => stored() as Active,
    ask: (name) => acquire(context, { attempt: name, id: record.id, key, unfit: undefined }),
  }
}

test('of two copies of a session the first to refresh may, the other may not', async () => {
  const shared = mapStore()
  const [first, second] = [await copyIn(shared), await copyIn(shared)]
  expect((await first.ask('one')).type).toBe('mine')
  expect((await second.ask('two')).type).toBe('spent')
  // Its lease keeps nothing waiting.
  expect(second.stored().lease).toMatchObject({ attempt: 'two', settled: true })
  const other = await copyIn(shared, { refreshToken: 'another' })
  expect((await other.ask('three')).type).toBe('mine')
})

test('a tab may present its refresh token a second time', async () => {
  const shared = mapStore()
  expect(await claimForTab(shared, 'token', 'one')).toBe(true)
  expect(await claimForTab(shared, 'token', 'two', 'one')).toBe(true)
  expect(await claimForTab(shared, 'token', 'three', 'one')).toBe(false)
})

test('no copy is presented if the tabs cannot share marks', async () => {
  const broken: Store = {
    get: async () => undefined,
    update: () => Promise.reject(new Error('No store.')),
  }
  const copy = await copyIn(broken)
  expect(await copy.ask('one')).toMatchObject({ type: 'failed', error: { code: 'storage' } })
  expect(copy.stored().lease).toMatchObject({ attempt: 'one', settled: true })
})

test('only a session without a refresh token says that it has none', async () => {
  const shared = mapStore()
  await claimForTab(shared, 'sent', 'another')
  const tokens = { other: token('a', 60) }
  for (const [refreshToken, hint] of [
    ['sent', undefined],
    [undefined, NO_REFRESH_TOKEN],
  ] as const) {
    const { context } = await copyIn(shared, { refreshToken, tokens })
    const failed = await createRefresh(context)('').catch((error: AuthError) => error)
    expect(failed).toMatchObject({ code: 'interaction_required' })
    expect(failed?.hint).toBe(hint)
  }
})
