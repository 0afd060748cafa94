import { expect } from '@playwright/test'
import { outcomes, refusalOf, signedIn, test, type World } from '../support/backend.js'
import { SharedStore, twoProcesses } from '../support/shared-store.js'

/** The tokens of the session are good for a moment only. */
const shortLived = (world: World): void => void (world.server.options.accessTokenLifetime = 1)

async function expired(world: World): Promise<void> {
  const { at = 0 } = world.server.requests('token').at(-1) ?? {}
  await expect.poll(() => Date.now() - at > 1000).toBe(true)
  world.server.options.accessTokenLifetime = 300
}

for (const atomic of [true, false])
  test.describe(atomic ? 'a store with `add`' : 'a store that can only get, set and delete', () => {
    test('holds the session, and the cookie only its name', async ({ world }) => {
      world.server.options.claims = { about: 'x'.repeat(20_000) }
      world.server.options.idTokenClaims = ['about']
      const store = new SharedStore({ atomic })
      twoProcesses(world, store)
      const browser = await signedIn(world)
      expect(browser.sessions).toHaveLength(1)
      expect(browser.cookieHeader().length).toBeLessThan(700)
      const { token } = await browser.json('token', {})
      expect(world.server.verify(String(token))).toBeTruthy()
      // A copy of it is worth nothing either.
      const kept = JSON.stringify([...store.entries])
      for (const secret of world.server.secrets) expect(kept).not.toContain(secret)
      expect(kept).not.toContain('user-1')
    })

    test('many calls of two processes at expiry are one refresh', async ({ world }) => {
      twoProcesses(world, new SharedStore({ atomic }))
      shortLived(world)
      const browser = await signedIn(world)
      await expired(world)
      const calls = Array.from({ length: 50 }, () => browser.json('token', {}))
      const tokens = new Set((await Promise.all(calls)).map(({ token }) => token))
      expect(tokens.size).toBe(1)
      expect(tokens).not.toContain(undefined)
      expect(outcomes(world)).toEqual(['rotated'])
      await browser.json('session', { refresh: true })
      expect(outcomes(world)).toEqual(['rotated', 'rotated'])
    })

    test('a refresh that failed in one process is tried by the other', async ({ world }) => {
      const [first, second] = twoProcesses(world, new SharedStore({ atomic }))
      const browser = await signedIn(world)
      world.server.fail('token', { status: 503, handled: false })
      world.backend = first
      expect((await browser.call('session', { refresh: true })).status).toBe(503)
      world.backend = second
      expect((await browser.call('session', { refresh: true })).status).toBe(200)
      expect(outcomes(world)).toEqual(['rotated'])
    })

    test('keeps the newest refresh token when UserInfo answers late', async ({ world }) => {
      const [first, second] = twoProcesses(world, new SharedStore({ atomic }))
      world.server.options.claims = { name: 'Ada' }
      const browser = await signedIn(world)
      world.server.fail('userinfo', { delay: 60_000 })
      world.backend = first
      const asking = browser.json('session', { userInfo: true })
      await expect.poll(() => world.server.requests('userinfo').length).toBe(1)
      world.backend = second
      await browser.json('session', { refresh: true })
      world.server.heal()
      await asking
      await browser.json('session', { refresh: true })
      expect(outcomes(world)).toEqual(['rotated', 'rotated'])
      expect(await browser.json('session')).toMatchObject({ user: { name: 'Ada' } })
    })

    test('of two callbacks to two processes one exchanges the code', async ({ world }) => {
      const both = twoProcesses(world, new SharedStore({ atomic }))
      const browser = world.browser()
      const start = await browser.send('/auth/sign-in')
      const sent = await fetch(start.headers.get('location') ?? '', { redirect: 'manual' })
      const callback = sent.headers.get('location') ?? ''
      const headers = { 'sec-fetch-dest': 'document', cookie: browser.cookieHeader('cross-site') }
      const statuses: number[] = []
      for (world.backend of both)
        statuses.push((await browser.send(callback, { headers }, 'cross-site')).status)
      expect(statuses).toEqual([200, 400])
      expect(world.server.requests('token')).toHaveLength(1)
    })
  })

const atomic = true

test('T48: a sign-out in one process holds in the other', async ({ world }) => {
  const [first, second] = twoProcesses(world, new SharedStore({ atomic }))
  const browser = await signedIn(world)
  world.backend = second
  await browser.json('token', {})
  const cookie = browser.cookieHeader()
  world.backend = first
  await browser.json('sign-out', { local: true })
  world.backend = second
  const answer = await browser.call('token', {}, { cookie })
  expect(await refusalOf(answer)).toEqual([401, 'not_signed_in'])
  expect(answer.headers.getSetCookie()).toEqual([expect.stringContaining('Max-Age=0')])
})

test('a refresh that ends after the sign-out in another process gives nothing', async ({
  world,
}) => {
  const store = new SharedStore({ atomic })
  const [first, second] = twoProcesses(world, store)
  const browser = await signedIn(world)
  const cookie = browser.cookieHeader()
  world.server.fail('token', { delay: 60_000 })
  world.backend = first
  const refreshing = browser.call('session', { refresh: true })
  await expect.poll(() => world.server.requests('token').length).toBe(2)
  world.backend = second
  await browser.json('sign-out', { local: true })
  world.server.heal()
  expect(await refusalOf(await refreshing)).toEqual([401, 'session_ended'])
  const late = await browser.call('session', undefined, { cookie })
  expect(await late.json()).toEqual({ status: 'signed-out' })
})

test('a session that was ended while it was written stays ended', async ({ world }) => {
  const store = new SharedStore({ atomic })
  const [first, second] = twoProcesses(world, store)
  const browser = await signedIn(world)
  const cookie = browser.cookieHeader()
  const writes: (() => void)[] = []
  store.before = (method, key) =>
    method === 'set' && key.includes(':session:') && new Promise<void>((go) => writes.push(go))
  world.backend = first
  const refreshing = browser.call('session', { refresh: true })
  await expect.poll(() => writes.length).toBe(1)
  store.before = () => {}
  world.backend = second
  await browser.json('sign-out', { local: true })
  writes[0]?.()
  await refreshing
  expect(store.keys('session')).toHaveLength(1)
  world.deploy({ store })
  const late = await browser.call('session', undefined, { cookie })
  expect(await late.json()).toEqual({ status: 'signed-out' })
})

test('gives an answer that the browser missed again, by either process', async ({ world }) => {
  twoProcesses(world, new SharedStore({ atomic }))
  const browser = await signedIn(world)
  const { token } = await browser.json('token', {})
  const answers = [1, 2, 3, 4].map(() => browser.json('token', { unfit: token }))
  const given = new Set((await Promise.all(answers)).map((answer) => answer['token']))
  expect(given.size).toBe(1)
  expect(given).not.toContain(token)
  expect(outcomes(world)).toEqual(['rotated'])
})

for (const [name, isSilent] of Object.entries({ 'that fails': false, 'that is silent': true }))
  test(`a store ${name} signs no user out`, async ({ world }) => {
    const store = new SharedStore({ atomic })
    twoProcesses(world, store)
    const browser = await signedIn(world)
    const cookie = browser.cookieHeader()
    if (isSilent) store.isSilent = true
    else
      store.before = () => {
        throw new Error('redis://:password@host refused')
      }
    const answer = await browser.call('session')
    expect(answer.status).toBe(isSilent ? 200 : 503)
    const text = await answer.text()
    expect(text).toContain(isSilent ? 'signed-out' : 'The store of the backend')
    expect(text).not.toContain('password')
    expect(browser.cookieHeader()).toBe(cookie)
    store.isSilent = false
    store.before = () => {}
    expect(await browser.json('session')).toMatchObject({ status: 'signed-in' })
  })

test('tokens that the store did not save are kept and saved later', async ({ world }) => {
  const store = new SharedStore({ atomic })
  world.deploy({ store })
  const browser = await signedIn(world)
  store.before = (method, key) => {
    if (method === 'set' && key.includes(':session:')) throw new Error('full')
  }
  const { token } = await browser.json('token', {})
  const next = await browser.json('token', { unfit: token })
  expect(next['token']).not.toBe(token)
  expect(world.server.verify(String(next['token']))).toBeTruthy()
  store.before = () => {}
  await browser.json('session', { refresh: true })
  world.deploy({ store })
  await browser.json('session', { refresh: true })
  expect(outcomes(world)).toEqual(['rotated', 'rotated', 'rotated'])
})

test('the turn of a process that died comes to an end', async ({ world }) => {
  const store = new SharedStore({ atomic })
  const [first, second] = twoProcesses(world, store)
  const browser = await signedIn(world)
  world.server.fail('token', { drop: 'before', handled: false })
  // It says no more: neither that it failed nor what came.
  store.before = (method) => method === 'set' && new Promise(() => {})
  world.backend = first
  const dying = browser.call('session', { refresh: true }).catch(() => {})
  await expect.poll(() => world.server.requests('token').length).toBe(2)
  store.before = () => {}
  world.backend = second
  const waiting = browser.call('session', { refresh: true })
  await expect.poll(() => store.keys('turn').length).toBe(1)
  store.expire('turn')
  expect((await waiting).status).toBe(200)
  expect(outcomes(world)).toEqual(['rotated'])
  await dying
})

test('a process that slept reads the session again before it refreshes', async ({ world }) => {
  const store = new SharedStore({ atomic })
  const [first, second] = twoProcesses(world, store)
  const browser = await signedIn(world)
  const { token } = await browser.json('token', {})
  const wakes: (() => void)[] = []
  store.before = (method) => method === 'add' && new Promise<void>((wake) => wakes.push(wake))
  world.backend = first
  const sleeping = browser.json('token', { unfit: token })
  await expect.poll(() => wakes.length).toBe(1)
  store.before = () => {}
  world.backend = second
  const renewed = await browser.json('token', { unfit: token })
  store.expire('turn')
  wakes[0]?.()
  expect(await sleeping).toMatchObject({ token: renewed['token'] })
  expect(outcomes(world)).toEqual(['rotated'])
})

test('sessions of two backends in one store are apart', async ({ world }) => {
  const store = new SharedStore({ atomic })
  world.deploy({ store })
  const browser = await signedIn(world)
  world.deploy({ store, cookie: 'other' })
  for (const [name, cookie] of browser.cookies)
    browser.cookies.set(name.replace('pixy-auth', 'other'), cookie)
  expect(await browser.json('session')).toEqual({ status: 'signed-out' })
})

test('secrets of a store are rotated without a sign-out', async ({ world }) => {
  const store = new SharedStore({ atomic })
  world.deploy({ store })
  const browser = await signedIn(world)
  const next = 'another secret of 32 characters or more'
  world.deploy({ store, secrets: [next, 'a secret of 32 characters or more'] })
  expect(await browser.json('session', { refresh: true })).toMatchObject({ status: 'signed-in' })
  world.deploy({ store, secrets: next })
  expect(await browser.json('session')).toMatchObject({ status: 'signed-in' })
})
