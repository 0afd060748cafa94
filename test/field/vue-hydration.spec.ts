import { expect, test } from '../support/fixture.js'
import { renders, settled, signInByButton } from '../support/framework.js'
import type { Tab } from '../support/fixture.js'

test.use({ options: { redirectUri: '/vue/plain' } })

/** What the console says of a page that a server rendered otherwise. */
function complaints({ page }: Tab): string[] {
  const said: string[] = []
  page.on('console', (message) => message.type() === 'error' && said.push(message.text()))
  return said
}

async function signIn(app: Tab): Promise<void> {
  await app.page.goto('/vue/plain')
  await signInByButton(app)
}

test('a page that a server rendered starts with "loading", then shows the user', async ({
  app,
}) => {
  await signIn(app)
  const said = complaints(app)
  await app.page.goto('/vue/hydrated')
  await settled(app, 'Hello user-1')
  expect(await renders(app)).toEqual(['loading', 'signed-in user-1'])
  expect(said).toEqual([])
})

test('a page that no server rendered shows the user at once', async ({ app }) => {
  await signIn(app)
  await app.page.goto('/vue/started')
  await settled(app, 'Hello user-1')
  expect(await renders(app)).toEqual(['signed-in user-1'])
})

test('a store that is overwritten with the server’s saved state shows the user', async ({
  app,
}) => {
  await signIn(app)
  await app.page.goto('/vue/store')
  await settled(app, 'Hello user-1')
  expect(await app.page.evaluate(() => window.stored?.status.value)).toBe('signed-in')
})

test('a store leaves "loading" even if its first component was never mounted', async ({ app }) => {
  await signIn(app)
  await app.page.goto('/vue/abandoned')
  await settled(app, 'Elsewhere')
  expect(await app.page.evaluate(() => window.stored?.status.value)).toBe('signed-in')
})
