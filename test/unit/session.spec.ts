import { expect } from '@playwright/test'
import { AuthError } from '../../src/errors.js'
import { memoryStore } from '../../src/vault/memory-store.js'
import { tombstoneOf } from '../../src/vault/record.js'
import { refuse } from '../../src/vault/token/refuse.js'
import { active, breakable, shows, test, write } from '../support/sessions.js'
import { mapStore } from '../support/vault.js'

// The session of one tab: what it shows, and what becomes of it by what other tabs tell.

test('a sign-out ends the session in every tab, with an event at once', async ({ open }) => {
  const store = mapStore()
  const [here, there] = [open(store), open(store)]
  await write(here.session, active())
  await expect.poll(() => there.changes.length).toBeGreaterThan(0)
  await there.session.load()
  expect(shows(there)).toBe('signed-in')
  const over = here.session.signOut()
  expect(here.events.at(-2)).toEqual({ type: 'sign-out' })
  expect(shows(here)).toBe('signed-out')
  expect(await over).toMatchObject({ before: { id: 'one' }, isSaved: true })
  await expect.poll(() => shows(there)).toBe('signed-out')
  expect(there.events).toContainEqual({ type: 'sign-out' })
  expect([...store.records.values()]).toMatchObject([{ ended: 'sign-out' }])
  // That tab knew all the tokens there were.
  expect(there.ended).toEqual([])
})

test('tokens that only another tab knew are passed on, unless it was a local sign-out', async ({
  open,
}) => {
  for (const [isLocal, version, count] of [
    [false, 3, 1],
    [false, 1, 0],
    [true, 3, 0],
  ] as const) {
    const [one, two] = [mapStore(), mapStore()]
    // Two stores: the other tab has a later version.
    const [here, there] = [open(one), open(two)]
    await write(here.session, active())
    await write(there.session, active({ version }))
    await here.session.signOut(isLocal)
    await expect.poll(() => shows(there)).toBe('signed-out')
    expect(there.ended).toHaveLength(count)
    here.session.close()
    there.session.close()
  }
})

test('a tab with a session of its own ends that session at a sign-out elsewhere', async ({
  open,
}) => {
  for (const isLocal of [false, true]) {
    const [here, there] = [open(mapStore(), true), open(mapStore(), true)]
    await write(here.session, active())
    await write(there.session, active({ id: 'two' }))
    await here.session.signOut(isLocal)
    await expect.poll(() => shows(there)).toBe('signed-out')
    await expect.poll(() => there.ended.length).toBe(isLocal ? 0 : 1)
    here.session.close()
    there.session.close()
  }
})

test('a tab that keeps its session in memory hears of a sign-out too', async ({ open }) => {
  const [here, there] = [open(mapStore()), open(mapStore())]
  await write(here.session, active())
  there.session.useStore(memoryStore())
  await write(there.session, active({ id: 'two' }))
  await here.session.signOut()
  await expect.poll(() => shows(there)).toBe('signed-out')
})

test('a session of another id is not ended by a sign-out elsewhere', async ({ open }) => {
  const [here, there] = [open(mapStore()), open(mapStore())]
  await write(here.session, active())
  await write(there.session, active({ id: 'two' }))
  await here.session.signOut()
  await expect.poll(() => there.events.some(({ type }) => type === 'sign-out')).toBe(true)
  await there.session.load()
  expect(shows(there)).toBe('signed-in')
})

test('a sign-out that the store refuses counts in this tab, and is not saved', async ({ open }) => {
  const { store, state, records } = breakable()
  const tab = open(store)
  await write(tab.session, active())
  state.isBroken = true
  expect(await tab.session.signOut()).toMatchObject({ before: { id: 'one' }, isSaved: false })
  expect(shows(tab)).toBe('signed-out')
  state.isBroken = false
  await tab.session.load()
  expect(shows(tab)).toBe('signed-out')
  expect([...records.values()]).toMatchObject([{ id: 'one', version: 1 }])
  expect(tab.session.record()).toMatchObject({ ended: 'sign-out' })
})

test('a tab that cannot read its store follows a sign-out elsewhere', async ({ open }) => {
  const { store, state } = breakable()
  const [here, there] = [open(mapStore()), open(store)]
  await write(here.session, active({ id: 'two' }))
  await write(there.session, active())
  state.isBroken = true
  await here.session.signOut()
  await expect.poll(() => shows(there)).toBe('signed-out')
})

test('ending another session does not end this one while the store fails', async ({ open }) => {
  const { store, state } = breakable()
  const tab = open(store)
  await write(tab.session, active())
  state.isBroken = true
  expect(await tab.session.endOnly('two', 'sign-out')).toMatchObject({ isSaved: false })
  expect(shows(tab)).toBe('signed-in')
})

test('a session renewed while the store fails is ended, too', async ({ open }) => {
  const { get, update } = mapStore()
  let fail = (): void => {}
  let isFailing = false
  const tab = open({
    get,
    update: (key, fn) =>
      isFailing
        ? new Promise((_, reject) => (fail = () => reject(new AuthError('storage'))))
        : update(key, fn),
  })
  await write(tab.session, active())
  isFailing = true
  const over = tab.session.end((record) => tombstoneOf(record, 'expired'))
  isFailing = false
  await write(tab.session, active({ version: 5 }))
  fail()
  expect(await over).toMatchObject({ before: { version: 5 }, isSaved: false })
  expect(shows(tab)).toBe('signed-out')
})

test('an outdated record is not shown, and the store is read again', async ({ open }) => {
  const { store, records } = breakable()
  const tab = open(store)
  await write(tab.session, active({ version: 5 }))
  for (const [key] of records) records.set(key, active({ version: 4, user: { sub: 'old' } }))
  const before = tab.changes.length
  await tab.session.load()
  expect(tab.session.snapshot()).toMatchObject({ user: { sub: 'user-1' } })
  expect(tab.changes).toHaveLength(before + 1)
  // It says the same again: so it is.
  await tab.session.load()
  expect(tab.session.snapshot()).toMatchObject({ user: { sub: 'old' } })
})

test('ending no session keeps an ended session ended', async ({ open }) => {
  const tab = open(mapStore())
  await tab.session.endOnly('one', 'sign-out')
  await tab.session.endOnly(undefined, 'sign-out')
  await write(tab.session, active())
  expect(shows(tab)).toBe('signed-out')
})

test('the error of a refresh is shown until the session changes', async ({ open }) => {
  const tab = open(mapStore())
  await write(tab.session, active())
  tab.session.setError(new AuthError('network'))
  await tab.session.load()
  expect(tab.session.snapshot()).toMatchObject({ stale: { code: 'network' } })
  await write(tab.session, active({ version: 2 }))
  expect(tab.session.snapshot()).toMatchObject({ stale: undefined })
})

test('a refusal ends only the session whose token was refused', async ({ open }) => {
  const tab = open(mapStore())
  await write(tab.session, active({ refreshToken: 'next' }))
  expect(await refuse(tab.session, active())).toEqual({ before: undefined, isSaved: true })
  const { before } = await refuse(tab.session, active({ id: 'two', refreshToken: 'next' }))
  expect(before).toBe(undefined)
  expect(shows(tab)).toBe('signed-in')
  await refuse(tab.session, active({ refreshToken: 'next' }), 'hash')
  expect(tab.session.record()).toMatchObject({ ended: 'refused', refused: 'hash' })
  expect(tab.session.snapshot()).toMatchObject({ error: { code: 'session_ended' } })
})
