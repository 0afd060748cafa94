import { expect } from '@playwright/test'
import type { Store } from '../../src/options.js'
import { disk } from '../support/disk.js'
import { signIn, test } from '../support/vault.js'

// What could not be stored stays in the memory of one vault, which tries again to store it, but never
// over what another tab has stored meanwhile.

const real = { fetch: globalThis.fetch, setTimeout: globalThis.setTimeout }

test.beforeEach(() => {
  // It tries again at once, not after two seconds. (A store's deadline is as long; a Map needs no time.)
  const soon = (work: () => void, ms?: number) => real.setTimeout(work, ms === 2000 ? 0 : ms)
  globalThis.setTimeout = soon as typeof setTimeout
})

test.afterEach(() => void Object.assign(globalThis, real))

test('an unsaved session is stored later, but not over a sign-in made meanwhile', async ({
  room,
}) => {
  for (const sub of ['user-1', 'user-2']) {
    const { store, others, fill, empty, session } = disk()
    const vault = room.open({ store })
    fill()
    room.server.consent = { subject: 'user-1' }
    await vault.callback(await signIn(vault))
    expect(session()).toBeUndefined()
    expect(room.server.verify(await vault.getAccessToken({}))).toMatchObject({ sub: 'user-1' })
    if (sub === 'user-2') {
      const other = room.open({ store: others })
      room.server.consent = { subject: sub }
      await other.callback(await signIn(other))
    }
    await empty()
    expect(session()?.user.sub).toBe(sub)
    await expect.poll(() => vault.open(undefined)).toMatchObject({ user: { sub } })
  }
})

for (const fate of ['renewed', 'replaced', 'signed out'] as const)
  test(`an unsaved sign-in and the session before it, ${fate} in another tab`, async ({ room }) => {
    const { store, others, fill, empty, session, rotate } = disk()
    const vault = room.open({ store })
    await vault.callback(await signIn(vault))
    const first = session()?.id
    fill()
    room.server.consent = { subject: 'user-2' }
    const finished = await vault.callback(await signIn(vault))
    expect(finished?.undeleted).toBe(`!${first}`)
    if (fate === 'renewed') rotate()
    else {
      // A page that starts meanwhile shows the session before no more.
      const mark = fate === 'replaced' ? finished?.undeleted : first
      const opened = await room.open({ store: others }).open(mark)
      expect(opened.status).toBe('signed-out')
      expect(session()).toMatchObject({ ended: fate === 'replaced' ? 'expired' : 'sign-out' })
    }
    const isOver = fate === 'signed out'
    if (isOver) {
      Object.assign(globalThis, real)
      void empty()
      await expect.poll(() => vault.open(undefined)).toMatchObject({ status: 'signed-out' })
      expect(session()).toMatchObject({ id: first, ended: 'sign-out' })
    } else {
      await empty()
      expect(session()?.user.sub).toBe('user-2')
      await expect.poll(() => vault.open(undefined)).toMatchObject({ user: { sub: 'user-2' } })
    }
  })

test('unsaved tokens are stored later, but not over later ones', async ({ room }) => {
  for (const rotates of [false, true]) {
    const { store, fill, empty, session, rotate } = disk()
    const vault = room.open({ store })
    await vault.callback(await signIn(vault))
    const first = session()?.refreshToken
    // The disk is full when the answer comes.
    globalThis.fetch = (...request) => {
      fill()
      return real.fetch(...request)
    }
    await vault.refresh()
    expect(session()?.refreshToken).toBe(first)
    if (rotates) rotate()
    await empty()
    const { refreshToken } = session() ?? {}
    if (rotates) expect(refreshToken).toBe('later')
    else expect(room.server.secrets).toContain(refreshToken)
    expect(refreshToken).not.toBe(first)
  }
})

test('a refresh while unsaved tokens are being stored is stored, too', async ({ room }) => {
  const { store, fill, empty, session } = disk()
  let held: Promise<void> | undefined
  const slow: Store = {
    get: store.get,
    async update(key, fn) {
      const written = await store.update(key, fn)
      await held
      return written
    },
  }
  const vault = room.open({ store: slow })
  await vault.callback(await signIn(vault))
  globalThis.fetch = (...request) => {
    fill()
    return real.fetch(...request)
  }
  await vault.refresh()
  globalThis.fetch = real.fetch
  let release = (): void => {}
  held = new Promise((resolve) => (release = resolve))
  // The store has the tokens, and has not said so yet.
  await empty()
  const before = session()?.refreshToken
  await vault.refresh()
  const used = room.server.refreshTokenUses.map(({ outcome }) => outcome)
  expect(used).toEqual(['rotated', 'rotated'])
  release()
  await expect.poll(() => session()?.refreshToken).not.toBe(before)
  expect(room.server.refreshTokenUses.map(({ refreshToken }) => refreshToken)).not.toContain(
    session()?.refreshToken,
  )
})

test('a sign-out removes an older session from a store that failed', async ({ room }) => {
  Object.assign(globalThis, real)
  const { store, fill, empty, session } = disk()
  const vault = room.open({ store })
  await vault.callback(await signIn(vault))
  globalThis.fetch = (...request) => {
    fill()
    return real.fetch(...request)
  }
  await vault.refresh()
  // There is room again, but the vault has not tried again yet.
  void empty()
  await vault.signOut({ local: true })
  expect(session()).toMatchObject({ ended: 'sign-out' })
  expect(JSON.stringify(session())).not.toContain('refreshToken')
})

test('a sign-in that comes after a sign-out is stored later', async ({ room }) => {
  const { store, fill, empty, session } = disk()
  const vault = room.open({ store })
  await vault.callback(await signIn(vault))
  await vault.signOut({ local: true })
  fill()
  const finished = await vault.callback(await signIn(vault))
  await empty()
  expect(session()).toMatchObject({ id: finished?.snapshot.id })
  expect(await vault.open(undefined)).toMatchObject({ status: 'signed-in' })
})

test('an unsaved sign-in is not stored after all site data was deleted', async ({ room }) => {
  for (const scope of ['openid', 'openid offline_access']) {
    const { store, others, fill, empty, session } = disk()
    const vault = room.open({ store, scope })
    await vault.callback(await signIn(vault))
    fill()
    await vault.callback(await signIn(vault))
    others.records.clear()
    await empty()
    expect(session()).toBeUndefined()
    await expect.poll(() => vault.open(undefined)).toMatchObject({ status: 'signed-out' })
  }
})
