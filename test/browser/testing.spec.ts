import type { Page } from '@playwright/test'
import { createMockServer, type MockServer } from '../../src/testing/index.js'
import { recipe } from '../recipes/doc-module.js'
import { expect, test } from '../support/fixture.js'
import { refused, settled, signInByButton } from '../support/framework.js'

interface Recipe {
  answer(page: Page, server: MockServer): Promise<void>
}

const issuer = 'https://id.example.com'

test.use({ options: { issuer, redirectUri: '/documented/react' } })

test('the documented adapter puts the mock server behind page.route', async ({ app }, info) => {
  const mock = createMockServer({ issuer, claims: { name: 'Ada' }, idTokenClaims: ['name'] })
  const { answer } = await recipe<Recipe>('`createMockServer` behind Playwright', info)
  await answer(app.page, mock)
  mock.consent = { error: 'access_denied' }
  await app.page.goto('/documented/react')
  await app.page.getByRole('button', { name: 'Sign in' }).click()
  await refused(app)
  mock.consent = {}
  await signInByButton(app)
  await settled(app, 'Sign out Ada')
  expect((await app.refresh()).error).toBeUndefined()
  expect((await app.attempt(() => window.auth.userInfo())).value).toMatchObject({ name: 'Ada' })
  mock.fail('token', { drop: 'before' }, Infinity)
  expect((await app.refresh()).error?.code).toBe('network')
  await app.page.reload()
  await settled(app, 'Sign out Ada')
  await app.page.getByRole('button', { name: 'Sign out' }).click()
  await expect.poll(() => mock.requests('end_session')).toHaveLength(1)
})
