import { expect } from '@playwright/test'
import { refusalOf, test } from '../support/backend.js'

// Where the browser is after a sign-in.

for (const returnTo of [
  'https://evil.example/',
  '//evil.example/',
  String.raw`\\evil.example`,
  'javascript:alert(1)',
  'data:text/html,x',
  'blob:https://evil.example/x',
  '/auth/sign-in',
  '/auth',
  'http://[',
])
  test(`returnTo ${returnTo} is refused`, async ({ world }) => {
    const answer = await world.browser().send(`/auth/sign-in?${new URLSearchParams({ returnTo })}`)
    expect(await refusalOf(answer)).toEqual([400, 'config'])
    expect(answer.headers.getSetCookie()).toEqual([])
  })

test('returnTo leads nowhere else, and is no HTML', async ({ world }) => {
  const browser = world.browser()
  for (const returnTo of ['/..//evil.example', '/"><script>alert(1)</script>', '/?a=b&c=d']) {
    const there = await browser.signIn({ returnTo })
    expect(new URL(there).origin, returnTo).toBe(world.app)
    expect(there).not.toContain('<')
  }
})

test('the page on the way back reads the place as text', async ({ world }) => {
  const query = new URLSearchParams({ returnTo: '/?x=&quot;&gt;' })
  const page = await world.browser().navigate(`/auth/sign-in?${query}`)
  expect(await page.text()).toContain('/?x=&#38;quot;&#38;gt;')
})
