import { expect, type Page } from '@playwright/test'
import { expectNoSidewaysScrolling, lightness, Visitor } from '../support/demo.js'
import { test } from '../support/demo-fixture.js'

for (const app of ['script', 'react', 'vue'])
  test(`${app} demo: public pages, a path without its slash, the source`, async ({
    page,
    demo,
  }) => {
    const visitor = new Visitor(page, demo, app)
    await page.goto(`${demo.app}/${app}?from=here`)
    await visitor.isSignedOut()
    expect(page.url()).toBe(`${demo.app}/${app}/?from=here`)
    await visitor.link('About').click()
    await expect(visitor.heading('About')).toBeVisible()
    await page.goto(`${demo.app}/${app}/no/such/page`)
    await expect(visitor.heading('There is nothing here')).toBeVisible()
    await visitor.link('To the first page').click()
    await visitor.isSignedOut()
    await page
      .getByRole('link', { name: `${app}/` })
      .first()
      .click()
    await expect(page.getByText('createAuth({')).toBeVisible()
  })

test('Back after a sign-in leads to a page with a way to the app', async ({ visitor }) => {
  await visitor.signIn()
  await visitor.page.goBack()
  await expect(visitor.heading('You have answered this')).toBeVisible()
  await visitor.link('Back to the app').click()
  await visitor.isGreetedAs('Ada Lovelace')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`on a small phone in ${colorScheme} mode`, () => {
    test.use({ colorScheme, viewport: { width: 360, height: 640 } })

    test('every page fits the screen and has its colors', async ({ visitor }) => {
      const name = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(2)
      const fits = async (): Promise<void> => {
        await expectNoSidewaysScrolling(visitor.page)
        expect(await lightness(visitor.page)).toBe(await wishOf(visitor.page))
      }
      await visitor.isSignedOut()
      await fits()
      await visitor.button('Sign in').click()
      await expect(visitor.heading('Sign in')).toBeVisible()
      await fits()
      await visitor.identify(name)
      await expect(visitor.heading('Allow Pixy demo?')).toBeVisible()
      await fits()
      await visitor.allow()
      await visitor.isGreetedAs(name)
      await visitor.callsTheApi()
      await fits()
      await visitor.button('Sign out').click()
      await expect(visitor.heading('Sign out here, too?')).toBeVisible()
      await fits()
    })
  })
}

/** The color scheme that the page gets: over BiDi Playwright cannot set it in Firefox. */
function wishOf(page: Page): Promise<'light' | 'dark'> {
  return page.evaluate(() =>
    matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
  )
}
