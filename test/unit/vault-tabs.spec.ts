import { expect } from '@playwright/test'
import { disk } from '../support/disk.js'
import { bearers, mapStore, request, signIn, test } from '../support/vault.js'

// What one tab's vault makes of what happens in another, and what is left of a sign-out where something fails.

for (const store of ['memory', 'session'] as const)
  test(`a sign-out ends the sessions of all tabs with the store ${store}`, async ({ room }) => {
    const [here, there] = [room.open({ store }, mapStore()), room.open({ store }, mapStore())]
    for (const vault of [here, there]) await vault.callback(await signIn(vault))
    await here.signOut({ local: true })
    await expect.poll(() => there.open(undefined)).toMatchObject({ status: 'signed-out' })
  })

test('a signed-out tab finds a sign-in that it missed when it makes a call', async ({ room }) => {
  const { BroadcastChannel: channel } = globalThis
  const [before, after] = [mapStore(), mapStore()]
  globalThis.BroadcastChannel = undefined as unknown as typeof channel
  const [vault, other] = [room.open({ store: before }), room.open({ store: after })]
  globalThis.BroadcastChannel = channel
  await vault.open('')
  await other.callback(await signIn(other))
  for (const [key, record] of after.records) before.records.set(key, record)
  const url = `${room.server.issuer}/api/me`
  expect(await bearers(() => vault.fetch(request(url), null))).toEqual([url])
})

test('an unsaved sign-out names the session that the next page has to refuse', async ({ room }) => {
  const { store, fill, session } = disk()
  const vault = room.open({ store })
  await vault.callback(await signIn(vault))
  fill()
  expect(await vault.signOut({ local: true })).toMatchObject({ undeleted: session()?.id })
})

test('a sign-out succeeds, even if a later step fails', async ({ room }) => {
  const postLogoutRedirectUri = 'https://app.example/bye'
  const vault = room.open({ postLogoutRedirectUri })
  await vault.callback(await signIn(vault))
  // The URL of the server's own sign-out cannot be made.
  crypto.subtle.digest = () => Promise.reject(new Error('not here'))
  const done = vault.signOut({}).finally(() => Reflect.deleteProperty(crypto.subtle, 'digest'))
  expect(await done).toEqual({ undeleted: '', url: postLogoutRedirectUri })
  expect(await vault.open(undefined)).toMatchObject({ status: 'signed-out' })
})
