import { expect } from '@playwright/test'
import { expectNoSidewaysScrolling, requestsTo, Visitor } from '../support/demo.js'
import { test } from '../support/demo-fixture.js'

test('TypeScript demo: sign-in, API call, refresh, UserInfo, reload and sign-out', async ({
  visitor,
  canaries,
  context,
  demo,
}) => {
  await visitor.isSignedOut()
  expect(canaries.marks()).toEqual(new Set())
  await visitor.signIn('Grace Hopper')
  // One each for code, verifier, refresh token and the server's key; two each for the other tokens.
  expect(canaries.marks().size).toBeGreaterThanOrEqual(8)
  expect(new URL(visitor.page.url()).search).toBe('')
  await visitor.callsTheApi()
  await expect(visitor.answer()).toContainText('"name": "Grace Hopper"')
  await visitor.reads('GET /api/me: 200')

  await test.step('“Refresh now” renews the access token at once', async () => {
    const requests = requestsTo(context, demo.issuer)
    await visitor.button('Refresh now').click()
    await visitor.reads('Access token renewed: you asked for it')
    expect(requests).toEqual(['POST /token'])
  })
  await test.step('UserInfo gives the same user', async () => {
    await visitor.button('Ask UserInfo').click()
    await visitor.reads('UserInfo answered')
    const claims = visitor.page.getByRole('region', { name: 'What the app knows about you' })
    await expect(claims).toContainText('grace@example.com')
  })
  await test.step('a reload keeps the session without a request', async () => {
    const requests = requestsTo(context, demo.issuer)
    await visitor.page.reload()
    await visitor.isGreetedAs('Grace Hopper')
    await visitor.reads('Still signed in: the session was kept')
    await visitor.callsTheApi()
    expect(requests).toEqual([])
  })
  await test.step('a sign-out ends the session at the server, too', async () => {
    await visitor.button('Sign out').click()
    await expect(visitor.heading('Sign out here, too?')).toBeVisible()
    await visitor.button('Yes, sign out').click()
    await visitor.isSignedOut()
    expect(new URL(visitor.page.url()).search).toBe('')
    await visitor.reads('Signed out')
  })
  await test.step('a name with HTML in it is shown as text', async () => {
    await visitor.signIn('<img src=x onerror="document.title=1"> & "friends"')
    await visitor.callsTheApi()
    await expect(visitor.page).toHaveTitle('pixy-auth demo: TypeScript')
  })
})

test('every step works by keyboard; the server remembers the user', async ({ visitor }) => {
  const { page } = visitor
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'pixy-auth' })).toBeFocused()
  for (const name of ['TypeScript', 'Script tag', 'React', 'Vue']) {
    await page.keyboard.press('Tab')
    await expect(visitor.link(name)).toBeFocused()
  }
  await page.keyboard.press('Tab')
  await expect(visitor.button('Sign in')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Name')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(visitor.heading('Allow Pixy demo?')).toBeVisible()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await visitor.isGreetedAs('Ada Lovelace')

  await visitor.button('Sign out').click()
  await visitor.button('Stay signed in').click()
  await visitor.isSignedOut()
  await visitor.button('Sign in').click()
  await visitor.allow()
  await visitor.isGreetedAs('Ada Lovelace')
})

test('the access token is renewed before it expires', async ({ page, visitor }) => {
  await page.clock.install()
  await visitor.signIn()
  // Of the minute that the token lives, a quarter is left.
  await page.clock.fastForward(46_000)
  await visitor.reads('Access token renewed by itself')
  await visitor.callsTheApi()
  await visitor.isGreetedAs('Ada Lovelace')
})

test('a cancelled sign-in is explained and can be repeated; a second tab follows', async ({
  visitor,
  secondTab,
}) => {
  const other = await secondTab()
  await other.isSignedOut()
  const told = visitor.page.getByRole('region', { name: 'The app' }).getByRole('status')
  await visitor.button('Sign in').click()
  await visitor.cancel()
  await visitor.isSignedOut()
  await expect(told).toHaveText(
    'You cancelled, and nothing has changed. Sign in whenever you like.',
  )
  await visitor.signIn()
  await expect(told).toBeHidden()

  await other.isGreetedAs('Ada Lovelace')
  await other.callsTheApi()
  await visitor.button('Sign out').click()
  await other.isSignedOut()
})

test('a person who refuses consent is signed in until the token ends, and told why', async ({
  page,
  visitor,
}) => {
  await page.clock.install()
  await visitor.button('Sign in').click()
  await visitor.identify('Ada Lovelace')
  await expect(visitor.heading('Allow Pixy demo?')).toBeVisible()
  await visitor.cancel()
  await visitor.isGreetedAs('Ada Lovelace')
  await expect(page.getByText('s left, not renewable')).toBeVisible()
  await visitor.callsTheApi()
  await page.clock.fastForward('01:00')
  await visitor.isSignedOut()
  const flow = page.getByRole('region', { name: 'pixy-auth inspector' })
  await expect(flow).toContainText('there is no refresh token: ask for')
  // The server knows the name and does not ask for it again.
  await visitor.button('Sign in').click()
  await visitor.allow()
  await visitor.isGreetedAs('Ada Lovelace')
  await expect(page.getByText('not renewable')).toBeHidden()
})

for (const [name, app] of [
  ['Script tag', 'script'],
  ['React', 'react'],
  ['Vue', 'vue'],
] as const) {
  test(`${name} demo: guarded page, sign-in, API call with a renewed token, sign-out`, async ({
    page,
    demo,
  }) => {
    await page.clock.install()
    const visitor = new Visitor(page, demo, app)
    await page.goto(demo.app)
    await page.getByRole('link', { name }).click()
    await visitor.isSignedOut()
    await visitor.link('Account').click()
    await visitor.identify('Grace Hopper')
    await visitor.allow()
    await expect(visitor.heading('Your account')).toBeVisible()
    await expect(page.getByText('grace@example.com')).toBeVisible()
    expect(page.url()).toBe(`${demo.app}/${app}/account`)

    await visitor.link('Home').click()
    await visitor.isGreetedAs('Grace Hopper')
    await visitor.callsTheApi()
    await expectNoSidewaysScrolling(page)
    await page.clock.fastForward('01:00')
    const renewed = page.waitForResponse(`${demo.issuer}/token`)
    await visitor.callsTheApi()
    expect((await renewed).status()).toBe(200)

    await visitor.button('Sign out').click()
    await visitor.button('Yes, sign out').click()
    await visitor.isSignedOut()
    expect(page.url()).toBe(`${demo.app}/${app}/`)
    await visitor.button('Sign in').click()
    await visitor.cancel()
    await visitor.isSignedOut()
    await expect(page.getByRole('status')).toContainText('The sign-in was cancelled')
    await expect(page.getByRole('alert')).toHaveCount(0)
  })
}
