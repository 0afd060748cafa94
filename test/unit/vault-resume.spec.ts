import { expect } from '@playwright/test'
import type { Vault } from '../../src/door.js'
import { change, livingFor } from '../support/changed-records.js'
import { brittleStore, mapStore, signIn, test, type Room } from '../support/vault.js'

// A tab that is looked at again renews what it needs, and nothing else.

/** A page with a session whose token lives for so many seconds. */
async function page(room: Room, seconds: number): Promise<Vault> {
  const store = mapStore()
  const first = room.open({ store })
  await first.callback(await signIn(first))
  change(store, livingFor(seconds))
  const vault = room.open({ store })
  await vault.open(undefined)
  return vault
}

const uses = ({ server }: Room): number => server.refreshTokenUses.length

test('resume() makes no request while the token lives', async ({ room }) => {
  for (const seconds of [200, 20]) await (await page(room, seconds)).resume()
  expect(uses(room)).toBe(0)
})

test('resume() renews an expired token', async ({ room }) => {
  const vault = await page(room, -1)
  await vault.resume()
  expect(uses(room)).toBe(1)
})

test('resume() renews a living token after an error', async ({ room }) => {
  const { store, breakDown, recover } = brittleStore()
  const vault = room.open({ store })
  await vault.callback(await signIn(vault))
  breakDown()
  await expect(vault.refresh()).rejects.toMatchObject({ code: 'storage' })
  recover()
  await vault.resume()
  expect(uses(room)).toBe(1)
  const shown = room.facts.findLast(({ type }) => type === 'state')
  expect(shown).toMatchObject({ snapshot: { status: 'signed-in', stale: undefined } })
})

test('resume() makes no request without a session', async ({ room }) => {
  const vault = room.open()
  await vault.open(undefined)
  await vault.resume()
  expect(room.server.ledger).toEqual([])
})
