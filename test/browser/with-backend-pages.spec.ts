import { saying } from '../support/session.js'
import { expect, test } from '../support/with-backend.js'

// Several pages of one user with a backend, a page without a network, and the ways to have the library.

test('a sign-in and a sign-out in one tab show in the other', async ({ app, secondTab }) => {
  await app.open('/')
  const other = await secondTab()
  expect((await other.state()).status).toBe('signed-out')
  await app.signIn()
  await other.becomes('signed-in')
  await other.signOut({ local: true })
  await app.becomes('signed-out')
  expect((await app.reload()).status).toBe('signed-out')
})

test('a user who signs in anew in one tab replaces the user of the other', async ({
  app,
  secondTab,
  world,
}) => {
  await app.open('/')
  await app.signIn()
  const other = await secondTab()
  world.server.options.claims = { sub: 'user-2' }
  await app.signIn()
  await expect.poll(() => other.state()).toMatchObject({ user: { sub: 'user-2' } })
})

test('without a network the user stays signed in, and goes on when it is back', async ({
  app,
  api,
  context,
}) => {
  await app.open('/')
  await app.signIn()
  await app.fetch(`${api.origin}/rest/1`)
  await context.setOffline(true)
  expect((await app.refresh()).error).toMatchObject({ code: 'network', retryable: true })
  expect(await saying(app)).toBe('signed-in network')
  await context.setOffline(false)
  await app.becomes('signed-in')
  expect(await app.fetch(`${api.origin}/orders/1`)).toMatchObject({ value: { status: 200 } })
  expect(await app.history()).toEqual(['loading', 'signed-in', 'stale', 'signed-in'])
})

for (const framework of ['react', 'vue'])
  test(`the bindings for ${framework} work without a change`, async ({ app: { page } }) => {
    await page.goto(`/${framework}/plain`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByText('Hello user-1')).toBeVisible()
    expect(new URL(page.url()).pathname).toBe(`/${framework}/plain`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  })

test('a page without a build takes one script', async ({ app: { page } }) => {
  await page.goto('/script')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('user-1')).toBeVisible()
  expect(new URL(page.url()).pathname).toBe('/script')
  await page.reload()
  await expect(page.getByText('user-1')).toBeVisible()
})
