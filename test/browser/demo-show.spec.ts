import { expect, type Locator } from '@playwright/test'
import { expectNoSidewaysScrolling, Person, requestsTo, Visitor } from '../support/demo.js'
import { test as base } from '../support/demo-fixture.js'

// What the page shows of the protocol, and what a visitor can break.

const test = base.extend<{ flow: Locator }>({
  flow: async ({ visitor }, use) => {
    await use(visitor.page.getByRole('region', { name: 'pixy-auth inspector' }))
  },
  // A server that cannot be reached, a token that is refused: the browser says so itself.
  complaints: async ({ context }, use) => {
    const complaints: string[] = []
    context.on('weberror', (error) => complaints.push(error.error().message))
    await use(complaints)
    expect(complaints).toEqual([])
  },
})

/** How many steps can be seen at once. */
const stepsInSight = (flow: Locator): Promise<number> =>
  flow.locator('.scroll').evaluate((list) => {
    const { top, bottom } = list.getBoundingClientRect()
    const rows = [...list.querySelectorAll('.row')].map((row) => row.getBoundingClientRect())
    return rows.filter((row) => row.top >= top && row.bottom <= bottom).length
  })

const rightOf = (element: Locator): Promise<number> =>
  element.evaluate((one) => one.getBoundingClientRect().right)

const step = (flow: Locator, name: RegExp): Locator => flow.getByRole('button', { name })

test('the flow shows each step of the sign-in, and the running line is marked', async ({
  visitor,
  flow,
}) => {
  await visitor.signIn()
  for (const name of [/^click/, /^begin with consent/])
    await expect(step(flow, name)).toHaveCount(1)
  const names = [/^authorize/, /^login/, /^callback/, /^exchange/, /^tokens/]
  // This server gives a refresh token after `prompt=consent` only.
  for (const name of names) await expect(step(flow, name)).toHaveCount(2)
  await expect(flow.getByText('so the sign-in goes on with')).toHaveCount(1)
  await visitor.callsTheApi()
  await expect(step(flow, /^call GET \/api\/me 200/)).toBeVisible()
  await expect(visitor.page.locator('.line.now')).toContainText('await auth.fetch(')
})

test('“Expire the token, and call” shows the 401, the refresh and the retry', async ({
  visitor,
  flow,
}) => {
  await visitor.signIn()
  await visitor.button('Expire the token, and call').click()
  await expect(visitor.answer()).toContainText('expiresAt')
  await expect(step(flow, /^answer 401/)).toBeVisible()
  await expect(step(flow, /^refresh POST \/token 200/)).toBeVisible()
  await expect(step(flow, /^retry GET \/api\/me 200/)).toBeVisible()
})

test('“Break the network” keeps the user signed in until the network is back', async ({
  visitor,
  flow,
}) => {
  await visitor.signIn()
  const { page } = visitor
  const network = page.getByRole('switch', { name: 'Break the network' })
  const isDone = page.waitForResponse(/switches/)
  await network.check()
  await isDone
  await visitor.button('Call GET /api/me').click()
  await expect(visitor.answer()).toHaveText('The API could not be reached.')
  await expect(flow).toContainText(/Why\? The API http\S+ was not reached/)
  await visitor.button('Refresh now').click()
  await expect(page.getByRole('region', { name: 'The app' }).getByRole('alert')).toContainText(
    'The server could not be reached',
  )
  await page.reload()
  await visitor.isGreetedAs('Ada Lovelace')
  await expect(network).toBeChecked()
  const isBack = page.waitForResponse(/switches\/down/)
  await network.uncheck()
  await isBack
  await visitor.callsTheApi()
})

test('“Lose a refresh answer” shows why the session ended', async ({ visitor, flow }) => {
  await visitor.page.clock.install()
  await visitor.signIn()
  await visitor.button('Lose a refresh answer').click()
  await expect(step(flow, /^refresh POST \/token .*network/).first()).toBeVisible()
  await visitor.page.clock.fastForward('02:00')
  await visitor.isSignedOut()
  await expect(step(flow, /^refresh POST \/token 400/)).toBeVisible()
  await expect(flow).toContainText('Why? The server refused the refresh token')
  await expect(visitor.button('Lose a refresh answer')).toBeDisabled()
})

test('a transfer asks for a second factor, by redirect or by a popup', async ({
  visitor,
  flow,
}) => {
  const { page } = visitor
  await visitor.signIn()
  await visitor.button('Transfer 100 €').click()
  await visitor.confirm()
  await expect(visitor.answer()).toContainText('"transferred": "100 €"')
  await expect(step(flow, /^step-up/)).toBeVisible()
  await visitor.button('Sign out').click()
  await visitor.button('Yes, sign out').click()
  await visitor.isSignedOut()

  await page.getByRole('switch', { name: 'Popup' }).check()
  await expect(page.locator('.line.added')).toContainText("via: 'popup'")
  await expect(page.getByRole('switch', { name: 'Popup' })).toBeFocused()
  const opened = page.waitForEvent('popup')
  await visitor.button('Sign in').click()
  const inPopup = new Person(await opened)
  await inPopup.identify('Ada Lovelace')
  await inPopup.allow()
  await visitor.isGreetedAs('Ada Lovelace')
  const again = page.waitForEvent('popup')
  await visitor.button('Transfer 100 €').click()
  await new Person(await again).confirm()
  await expect(visitor.answer()).toContainText('"transferred": "100 €"')
})

test('a transfer that is cancelled is not made after the next sign-in', async ({ visitor }) => {
  await visitor.signIn()
  await visitor.button('Transfer 100 €').click()
  await visitor.cancel()
  await visitor.isGreetedAs('Ada Lovelace')
  await expect(visitor.answer()).toHaveText('Not called yet.')
  await visitor.page.reload()
  await visitor.isGreetedAs('Ada Lovelace')
  await expect(visitor.answer()).toHaveText('Not called yet.')
})

test('“Short tokens” renews a token near its end', async ({ visitor, flow }) => {
  const { page } = visitor
  await page.clock.install()
  const isShort = page.waitForResponse(/switches\/short/)
  await page.getByRole('switch', { name: 'Short tokens' }).check()
  await isShort
  await visitor.signIn()
  await visitor.callsTheApi()
  await expect(step(flow, /^answer 200/)).toHaveCount(1)
  await page.clock.fastForward('00:10')
  await visitor.button('Call GET /api/me').click()
  await expect(step(flow, /^refresh POST \/token 200/)).not.toHaveCount(0)
  await expect(step(flow, /^answer 200/)).toHaveCount(2)
  const isOff = page.waitForResponse(/switches\/short/)
  await page.getByRole('switch', { name: 'Short tokens' }).uncheck()
  await isOff
})

test('short tokens, DPoP and PAR work together', async ({ visitor, flow }) => {
  const { page } = visitor
  const isShort = page.waitForResponse(/switches\/short/)
  await page.getByRole('switch', { name: 'Short tokens' }).check()
  await isShort
  for (const name of ['DPoP', 'PAR'] as const) {
    await page.getByRole('switch', { name }).check()
    await expect(page.getByText(`${name.toLowerCase()}: true`)).toBeVisible()
  }
  await visitor.signIn()
  await expect(step(flow, /^par POST/).first()).toBeVisible()
  await visitor.callsTheApi()
  await step(flow, /^call GET \/api\/me 200/).click()
  await expect(flow.getByText('dpop').last()).toBeVisible()
  expect(await page.locator('#life').evaluate((bar: HTMLProgressElement) => bar.max)).toBe(12)
  await page.getByRole('switch', { name: 'Short tokens' }).uncheck()
})

test('“Open a second tab” shares the session', async ({ visitor, demo }) => {
  await visitor.signIn()
  const opened = visitor.page.context().waitForEvent('page')
  await visitor.button('Open a second tab').click()
  const other = new Visitor(await opened, demo)
  await other.isGreetedAs('Ada Lovelace')
  await visitor.button('Sign out').click()
  await other.isSignedOut()
})

for (const [where, answer] of [
  ['Backend, tokens', /^answer 200, resource server to client/],
  ['Backend, proxy', /^answer 200, backend to client/],
] as const)
  test(`the same app works with tokens in: ${where}`, async ({ visitor, flow, demo }) => {
    const { page } = visitor
    const calls = requestsTo(page.context(), demo.api)
    await page.getByRole('radio', { name: where }).check()
    await expect(page.locator('.line.added').first()).toContainText("'pixy-auth/with-backend'")
    await expect(page.getByRole('radio', { name: where })).toBeFocused()
    await expect(page.getByRole('switch', { name: 'DPoP' })).toBeDisabled()
    await visitor.signIn()
    await visitor.reads('Signed in')
    for (const name of [/^click/, /^authorize/, /^login/])
      await expect(step(flow, name)).toHaveCount(1)
    await visitor.callsTheApi()
    await expect(step(flow, answer)).toBeVisible()
    expect(calls).toEqual(where === 'Backend, tokens' ? ['GET /api/me'] : [])
    await visitor.button('Expire the token, and call').click()
    await visitor.reads('GET /api/me: 200')
    await visitor.button('Refresh now').click()
    await expect(step(flow, /^refresh POST \/auth\/session 200/)).toBeVisible()
    await visitor.button('Transfer 100 €').click()
    await visitor.confirm()
    await expect(visitor.answer()).toContainText('"transferred": "100 €"')
    await visitor.button('Sign out').click()
    await visitor.button('Yes, sign out').click()
    await visitor.isSignedOut()
  })

test('“20 tabs at once” shows 20 answers and one refresh', async ({ visitor }) => {
  await visitor.signIn()
  await visitor.button('20 tabs at once').click()
  await visitor.reads('20 of 20 tabs got their answer, by 1 refresh')
  await expect(visitor.page.locator('.tabs .good')).toHaveCount(20)
})

test('a plain OAuth server works without discovery and ID token, with `expires`', async ({
  visitor,
  flow,
}) => {
  const { page } = visitor
  await page.getByRole('switch', { name: 'Plain OAuth server' }).check()
  await expect(page.locator('.line.added').first()).toHaveText('  server: {')
  await visitor.signIn()
  await expect(step(flow, /^exchange POST \/plain\/token 200/)).toHaveCount(2)
  await expect(step(flow, /^(discovery|jwks)/)).toHaveCount(0)
  await visitor.callsTheApi()
  await expect(flow).toContainText('s left, renewed on use')
  expect(await page.locator('#life').evaluate((bar: HTMLProgressElement) => bar.max)).toBe(60)
  await visitor.button('Refresh now').click()
  await expect(step(flow, /^refresh POST \/plain\/token 200/)).toBeVisible()
  await visitor.button('Sign out').click()
  await visitor.isSignedOut()
})

for (const [colorScheme, width] of [
  ['light', 320],
  ['dark', 768],
  ['light', 1440],
] as const)
  test(`the page fits ${width} pixels in ${colorScheme} mode, and six steps are in sight`, async ({
    visitor,
    flow,
  }) => {
    await visitor.page.emulateMedia({ colorScheme })
    await visitor.page.setViewportSize({ width, height: 800 })
    await expectNoSidewaysScrolling(visitor.page)
    await visitor.signIn()
    await visitor.callsTheApi()
    await expectNoSidewaysScrolling(visitor.page)
    await expect(step(flow, /^answer 200/)).toBeVisible()
    expect(await stepsInSight(flow)).toBeGreaterThanOrEqual(6)
    const apps = visitor.page.getByRole('navigation')
    expect(await rightOf(apps)).toBeLessThanOrEqual(await rightOf(visitor.page.getByRole('main')))
  })
