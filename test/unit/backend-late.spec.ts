import { expect } from '@playwright/test'
import { type Browser, secret, signedIn, test, type World } from '../support/backend.js'
import { SharedStore } from '../support/shared-store.js'

// Answers that come late, when the browser has another session by now: what they say of cookies is over.

/** A call through the backend to an API that takes its time. */
async function slowCall(world: World, browser: Browser) {
  let answer: ((response: Response) => void) | undefined
  let isAsked = false
  world.page = () => {
    isAsked = true
    return new Promise((resolve) => (answer = resolve))
  }
  const call = browser.call('api/orders/1')
  await expect.poll(() => isAsked).toBe(true)
  return async (): Promise<void> => {
    answer?.(new Response('late'))
    expect(await (await call).text()).toBe('late')
  }
}

/** Another user signs in with this browser. @returns the id of that session */
async function signInAnother(world: World, browser: Browser): Promise<unknown> {
  world.server.consent = { subject: 'user-2' }
  await browser.signIn({ prompt: 'login' })
  return idOf(browser)
}

const idOf = async (browser: Browser): Promise<unknown> => (await browser.json('session'))['id']

for (const name of ['cookies', 'a store']) {
  const store = name === 'cookies' ? undefined : new SharedStore({ atomic: true })
  const deployed = async (world: World): Promise<Browser> => {
    world.deploy({ store, resources: { orders: { url: `${world.app}/v1/` }, rest: {} } })
    return signedIn(world)
  }

  test(`with ${name} the late answer to a call ends no later session`, async ({ world }) => {
    const browser = await deployed(world)
    const finish = await slowCall(world, browser)
    await browser.json('sign-out', { local: true })
    await browser.signIn()
    const id = await idOf(browser)
    expect(id).toBeTruthy()
    await finish()
    expect(await idOf(browser)).toBe(id)
  })

  test(`with ${name} the late answer to a call replaces no later session`, async ({ world }) => {
    const browser = await deployed(world)
    const finish = await slowCall(world, browser)
    // What the browser has of it changes.
    await browser.json('session', { refresh: true })
    await browser.signIn()
    const id = await idOf(browser)
    await finish()
    // Nor beside it: two large ones may be more than a server takes.
    expect(new Set(browser.sessions.map((one) => one.slice(0, 46)))).toEqual(
      new Set([`pixy-auth.${id}`]),
    )
    expect(await idOf(browser)).toBe(id)
  })

  test(`T52: with ${name} a late renewal replaces no later session`, async ({ world }) => {
    world.server.options.claims = { about: 'x'.repeat(2000) }
    world.server.options.idTokenClaims = ['about']
    const browser = await deployed(world)
    // The answer seals the session anew, in cookies and in a store.
    world.deploy({ store, secrets: [`${secret}, the next one`, secret] })
    const late = await browser.underWay('session', { refresh: true })
    expect(late.headers.getSetCookie().length).toBeGreaterThan(0)
    world.server.options.claims = {}
    const id = await signInAnother(world, browser)
    browser.keep(late)
    const { user } = await browser.json('session')
    expect(user).toMatchObject({ sub: 'user-2' })
    expect(browser.sessions).toEqual([`pixy-auth.${id}`])
    await browser.json('sign-out', { local: true })
    browser.keep(late)
    expect(await browser.json('session')).toEqual({ status: 'signed-out' })
    expect(browser.sessions).toEqual([])
  })

  test(`T52: with ${name} a late sign-out ends no later session`, async ({ world }) => {
    const browser = await deployed(world)
    const late = await browser.underWay('sign-out', { local: true })
    const id = await signInAnother(world, browser)
    browser.keep(late)
    expect(await idOf(browser)).toBe(id)
  })

  test(`with ${name} a refresh that ends after a sign-out ends no later session`, async ({
    world,
  }) => {
    const browser = await deployed(world)
    const asked = world.server.requests('token').length
    world.server.fail('token', { delay: 600_000 })
    const refresh = browser.call('session', { refresh: true })
    await expect.poll(() => world.server.requests('token').length).toBe(asked + 1)
    await browser.json('sign-out', { local: true })
    await browser.signIn()
    const id = await idOf(browser)
    world.server.heal()
    expect((await refresh).status).toBe(401)
    expect(await idOf(browser)).toBe(id)
  })
}

test('a late cookie of a session is not mixed with parts of a longer one', async ({ world }) => {
  const browser = await signedIn(world)
  const late = await browser.underWay('session', { refresh: true })
  world.server.options.claims = { about: 'x'.repeat(4000) }
  await browser.json('session', { userInfo: true })
  expect(browser.sessions.length).toBeGreaterThan(1)
  browser.keep(late)
  expect(await browser.json('session')).toMatchObject({ status: 'signed-in' })
})

test('a browser that missed its new session continues the one before', async ({ world }) => {
  const browser = await signedIn(world)
  const before = new Map(browser.cookies)
  await browser.signIn()
  browser.cookies.clear()
  for (const [name, cookie] of before) browser.cookies.set(name, cookie)
  await browser.json('session', { refresh: true })
  const [name = ''] = browser.sessions
  expect(browser.cookies.get(name)).not.toEqual(before.get(name))
})

test('a refresh token that comes after the sign-out is revoked', async ({ world }) => {
  const browser = await signedIn(world)
  const asked = world.server.requests('token').length
  world.server.fail('token', { delay: 600_000 })
  const refresh = browser.call('session', { refresh: true })
  await expect.poll(() => world.server.requests('token').length).toBe(asked + 1)
  // The server keeps what it gave, as one that does not know which tokens belong together.
  world.server.fail('revocation', { handled: false })
  await browser.json('sign-out', {})
  world.server.heal()
  expect((await refresh).status).toBe(401)
  const revoked = world.server.requests('revocation').map(({ params }) => params['token'])
  expect(new Set(revoked).size).toBe(2)
})

test('a late answer takes away no reason of a sign-in that has failed since', async ({ world }) => {
  const browser = world.browser()
  const fail = async (error: string): Promise<void> => {
    world.server.consent = { error }
    await browser.signIn()
  }
  await fail('access_denied')
  const late = await browser.underWay('session')
  await fail('temporarily_unavailable')
  browser.keep(late)
  expect(await late.json()).toMatchObject({ error: { code: 'access_denied' } })
  expect(await browser.json('session')).toMatchObject({
    error: { oauth: { error: 'temporarily_unavailable' } },
  })
  expect(await browser.json('session')).toEqual({ status: 'signed-out' })
  expect([...browser.cookies.keys()].join()).not.toContain('error')
})

test('of several sign-ins that failed the last is told, and no other is kept', async ({
  world,
}) => {
  const browser = world.browser()
  for (const error of ['access_denied', 'server_error', 'temporarily_unavailable']) {
    world.server.consent = { error }
    await browser.signIn()
    expect([...browser.cookies.keys()].filter((name) => name.includes('error'))).toHaveLength(1)
  }
  expect(await browser.json('session')).toMatchObject({
    error: { oauth: { error: 'temporarily_unavailable' } },
  })
})
