import { expect } from '@playwright/test'
import { Browser, refusalOf, test } from '../support/backend.js'

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

test('returnTo stays on the origin of the app, and is escaped in HTML', async ({ world }) => {
  const browser = world.browser()
  for (const returnTo of ['/..//evil.example', '/"><script>alert(1)</script>', '/?a=b&c=d']) {
    const there = await browser.signIn({ returnTo })
    expect(new URL(there).origin, returnTo).toBe(world.app)
    expect(there).not.toContain('<')
  }
})

test('the page after a sign-in reads returnTo as text', async ({ world }) => {
  const query = new URLSearchParams({ returnTo: '/?x=&quot;&gt;' })
  const page = await world.browser().navigate(`/auth/sign-in?${query}`)
  expect(await page.text()).toContain('/?x=&#38;quot;&#38;gt;')
})

test('a returnTo that is too long to be kept leads to the start of the app', async ({ world }) => {
  const browser = world.browser()
  const longest = `${world.app}/`.padEnd(2000, 'x')
  expect(await browser.signIn({ returnTo: longest })).toBe(longest)
  expect(await browser.signIn({ returnTo: `${longest}x` })).toBe(`${world.app}/`)
  expect(await browser.json('session')).toMatchObject({ status: 'signed-in' })
  const id = crypto.randomUUID()
  const popup = new URL(await browser.signIn({ popup: id, returnTo: longest }))
  expect([...popup.searchParams]).toEqual(Object.entries({ id, returnTo: `${world.app}/` }))
  // A foreign one is refused all the same.
  const foreign = new URLSearchParams({ returnTo: 'https://evil.example/'.padEnd(3000, 'x') })
  expect(await refusalOf(await browser.send(`/auth/sign-in?${foreign}`))).toEqual([400, 'config'])
})

test('many sign-ins with a long returnTo leave room for the session cookie', async ({ world }) => {
  const browser = world.browser()
  const returnTo = `${world.app}/`.padEnd(2000, 'x')
  let location = ''
  for (let count = 0; count < 5; count++) {
    const start = await browser.send(`/auth/sign-in?${new URLSearchParams({ returnTo })}`)
    location = start.headers.get('location') ?? ''
    expect(browser.cookieHeader().length).toBeLessThan(6500)
  }
  const sent = await fetch(location, { redirect: 'manual' })
  const callback = await browser.navigate(sent.headers.get('location') ?? '', 'cross-site')
  expect(await Browser.next(callback)).toBe(returnTo)
})

test('a second request for consent keeps the returnTo of the first', async ({ world }) => {
  world.server.options.consentForOffline = true
  const browser = world.browser()
  expect(await browser.signIn({ returnTo: '/deep' })).toBe(`${world.app}/deep`)
  expect(world.server.requests('authorize')).toHaveLength(2)
})
