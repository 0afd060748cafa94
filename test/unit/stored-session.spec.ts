import { expect, test } from '@playwright/test'
import { openChannel } from '../../src/vault/channel.js'
import type { SessionRecord } from '../../src/vault/record.js'
import { AuthError } from '../../src/errors.js'
import { createStored } from '../../src/vault/stored.js'
import { active } from '../support/sessions.js'
import { mapStore } from '../support/vault.js'

// What is stored of a session, and what tabs tell each other.

test('a change to the same value writes nothing, and notifies no tab', async () => {
  const [seen, changes]: [unknown[], number[]] = [[], []]
  const store = mapStore()
  const stored = createStored(
    'name',
    store,
    (record) => seen.push(record),
    () => changes.push(1),
  )
  await stored.change(() => active())
  expect(await stored.change(() => undefined)).toEqual(active())
  expect(changes).toHaveLength(1)
  expect(seen).toHaveLength(2)
  expect(await stored.read()).toEqual(active())
})

test('a write that may still succeed notifies the tabs, one that failed does not', async () => {
  for (const [code, count] of [
    ['timeout', 1],
    ['storage', 0],
  ] as const) {
    let told = 0
    const update = () => Promise.reject(new AuthError(code))
    const stored = createStored(
      'name',
      { ...mapStore(), update },
      () => {},
      () => void told++,
    )
    await expect(stored.change(() => active())).rejects.toMatchObject({ code })
    expect(told).toBe(count)
  }
})

test('a record of a newer version is neither read nor replaced', async () => {
  const store = mapStore()
  const newer = { v: 2, id: 'one', version: 1 }
  store.records.set('name', newer)
  const stored = createStored(
    'name',
    store,
    () => {},
    () => {},
  )
  await expect(stored.read()).rejects.toMatchObject({ code: 'storage' })
  await expect(stored.change(() => active())).rejects.toMatchObject({ code: 'storage' })
  await expect(stored.changeAll(() => active(), false)).rejects.toMatchObject({ code: 'storage' })
  expect(store.records.get('name')).toEqual(newer)
})

test('only a sign-out removes a value that is no record', async () => {
  const store = mapStore()
  const stored = createStored(
    'name',
    store,
    () => {},
    () => {},
  )
  store.records.set('name', { v: 1 })
  await stored.changeAll(() => undefined, false)
  expect(store.records.size).toBe(1)
  await stored.changeAll(() => undefined, true)
  expect(store.records.size).toBe(0)
  await stored.change(() => active())
  await stored.changeAll(() => undefined, true)
  expect(store.records.size).toBe(1)
})

test('a tab with a store of its own changes both stores, and shows its own', async () => {
  const [shared, own] = [mapStore(), mapStore()]
  const seen: (SessionRecord | undefined)[] = []
  const stored = createStored(
    'name',
    shared,
    (record) => seen.push(record),
    () => {},
  )
  expect(stored.isShared()).toBe(true)
  stored.useStore(own)
  expect(stored.isShared()).toBe(false)
  await stored.change(() => active())
  await stored.changeShared(() => active({ id: 'two' }))
  expect(seen.map((record) => record?.id)).toEqual(['one'])
  let count = 0
  await stored.changeAll(() => ((count += 1), undefined), false)
  expect(count).toBe(2)
  stored.useStore()
  await stored.changeAll(() => ((count += 1), undefined), false)
  expect(count).toBe(3)
})

test('an unknown message on the channel counts as a change', async () => {
  const key = crypto.randomUUID()
  const heard: unknown[] = []
  const channel = openChannel(
    key,
    (id, version) => heard.push([id, version]),
    () => heard.push('changed'),
  )
  // It opens right after the turn.
  await Promise.resolve()
  const other = new BroadcastChannel(`pixy-auth:${key}`)
  for (const data of ['changed', { a: 1 }, null, 'sign-out one 7', 'later']) other.postMessage(data)
  await expect.poll(() => heard).toEqual(['changed', 'changed', 'changed', ['one', 7], 'changed'])
  channel.close()
  other.close()
})

test('without a channel no tab is notified', () => {
  const { BroadcastChannel } = globalThis
  try {
    for (const none of [
      undefined,
      () => {
        throw new DOMException('denied')
      },
    ]) {
      Object.assign(globalThis, { BroadcastChannel: none })
      const channel = openChannel(
        'key',
        () => {},
        () => {},
      )
      channel.sendChanged()
      channel.sendSignOut('one', 1)
      channel.close()
    }
  } finally {
    Object.assign(globalThis, { BroadcastChannel })
  }
})
