import { expect } from '@playwright/test'
import type { Vault } from '../../src/door.js'
import { mapStore, signIn, test } from '../support/vault.js'

// `state.session.scope` is that of the first resource's token, as long as the session lives.

const scopeIn = async (vault: Vault): Promise<readonly string[] | undefined> => {
  const snapshot = await vault.open(undefined)
  return snapshot.status === 'signed-in' ? snapshot.session.scope : undefined
}

for (const [what, scope, granted] of [
  ['less scope', 'openid', ['openid']],
  ['no word of scope', undefined, ['openid', 'offline_access']],
] as const)
  test(`a sign-in that brings ${what}: ${granted.join(' ')}`, async ({ room }) => {
    const vault = room.open()
    const url = await signIn(vault)
    room.server.fail('token', { body: (json) => ({ ...json, scope }) })
    const finished = await vault.callback(url)
    expect(finished?.snapshot).toMatchObject({ session: { scope: granted } })
  })

test('a refresh that brings less scope updates the session', async ({ room }) => {
  const vault = room.open()
  await vault.callback(await signIn(vault))
  room.server.fail('token', { body: (json) => ({ ...json, scope: 'openid' }) })
  expect(await vault.refresh()).toMatchObject({ session: { scope: ['openid'] } })
  await test.step('an answer without scope changes nothing', async () => {
    room.server.fail('token', { body: (json) => ({ ...json, scope: undefined }) })
    expect(await vault.refresh()).toMatchObject({ session: { scope: ['openid'] } })
  })
  await test.step('a refresh that brings it back says so', async () => {
    const scope = ['openid', 'offline_access']
    expect(await vault.refresh()).toMatchObject({ session: { scope } })
  })
})

for (const isNamed of [true, false])
  test(`a release with more scope has it${isNamed ? '' : ', without a word of the server'}`, async ({
    room,
  }) => {
    const [store, scope] = [mapStore(), 'openid offline_access admin']
    const before = room.open({ store })
    await before.callback(await signIn(before))
    room.server.options.widens = true
    const after = room.open({ store, scope })
    await after.open(undefined)
    if (!isNamed) room.server.fail('token', { body: (json) => ({ ...json, scope: undefined }) })
    await after.getAccessToken({})
    expect(await scopeIn(after)).toEqual(scope.split(' '))
  })

test('a token of another resource or scope does not change session.scope', async ({ room }) => {
  const { origin } = new URL(room.server.issuer)
  const resources = [`${origin}/api/`, { url: `${origin}/other/`, scope: 'openid' }]
  const vault = room.open({ resources })
  await vault.callback(await signIn(vault))
  await vault.getAccessToken({ url: `${origin}/other/` })
  await vault.getAccessToken({ scope: 'offline_access' })
  expect(room.server.refreshTokenUses).toHaveLength(2)
  expect(await scopeIn(vault)).toEqual(['openid', 'offline_access'])
})

test('a token of the whole scope does not change session.scope of a resource', async ({ room }) => {
  const { origin } = new URL(room.server.issuer)
  const vault = room.open({ resources: [{ url: `${origin}/api/`, scope: 'openid' }] })
  await vault.callback(await signIn(vault))
  const before = await scopeIn(vault)
  room.server.fail('token', { body: (json) => ({ ...json, scope: 'offline_access' }) })
  await vault.getAccessToken({ scope: 'openid offline_access' })
  expect(await scopeIn(vault)).toEqual(before)
})

test('a new release requests only the scope that a call names', async ({ room }) => {
  const store = mapStore()
  const before = room.open({ store })
  await before.callback(await signIn(before))
  const after = room.open({ store, scope: 'openid offline_access admin' })
  await after.open(undefined)
  await after.getAccessToken({ scope: 'openid' })
  expect(room.server.requests('token').at(-1)?.params).toMatchObject({ scope: 'openid' })
})
