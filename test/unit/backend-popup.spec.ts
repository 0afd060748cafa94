import { expect } from '@playwright/test'
import { type Browser, refusalOf, test } from '../support/backend.js'

// The page of a backend on which a sign-in by popup ends.

const popup = crypto.randomUUID()

test('a sign-in by popup ends on a page of the backend, whatever came of it', async ({ world }) => {
  const browser = world.browser()
  const place = `${world.app}/auth/popup?${new URLSearchParams({ id: popup, returnTo: `${world.app}/deep` })}`
  expect(await browser.signIn({ popup, returnTo: '/deep' })).toBe(place)
  expect(await browser.json('session')).toMatchObject({ status: 'signed-in' })
  world.server.consent = { error: 'access_denied' }
  expect(await browser.signIn({ popup, returnTo: '/deep' })).toBe(place)
  // The page that waits for it must hear of it, though a session is there.
  const told = { status: 'signed-in', error: { code: 'access_denied' } }
  expect(await browser.json('session')).toMatchObject(told)
  expect(await browser.json('session')).not.toHaveProperty('error')
})

test('the page runs one script, in which nothing of the request is', async ({ world }) => {
  const browser = world.browser()
  const sent = { sameSite: 'none', 'sec-fetch-dest': 'document' }
  const get = (query: string) => browser.send(`/auth/popup?${query}`, { headers: { ...sent } })
  const spoilt = { id: `</script>${popup}`, returnTo: `${world.app}/%3C/script%3E` }
  const answer = await get(`${new URLSearchParams(spoilt)}`)
  const policy = answer.headers.get('content-security-policy') ?? ''
  const [, nonce = 'none'] = /script-src 'nonce-([\w-]+)'/.exec(policy) ?? []
  const text = await answer.text()
  expect(text.split('</script>')).toHaveLength(2)
  expect(text).toContain(`<script nonce="${nonce}">`)
  expect(text).not.toContain(popup)
  const other = (await get(`id=${popup}`)).headers.get('content-security-policy')
  expect(other).not.toContain(nonce)
  expect(policy).toContain("default-src 'none'; frame-ancestors 'none'")
})

test('it leads nowhere but to the app, and only in a window', async ({ world }) => {
  const browser = world.browser()
  const window = { headers: { 'sec-fetch-dest': 'document' } }
  for (const returnTo of [
    'https://evil.example/',
    '//evil.example',
    'javascript:alert(1)',
    '/auth/sign-in',
    // A reverse proxy may pass these on as a route of the backend.
    `${world.app}/%61uth/sign-in`,
    `${world.app}//auth/sign-in`,
    `${world.app}/auth%2Fsign-in`,
    `${world.app}/x%2f..%2fauth/sign-in`,
    // From this page these lead into the backend.
    'sign-in?maxAge=0',
    './sign-in',
    '',
  ]) {
    const query = new URLSearchParams({ id: popup, returnTo })
    expect(await refusalOf(await browser.send(`/auth/popup?${query}`, window)), returnTo).toEqual([
      400,
      'config',
    ])
  }
  const image = { headers: { 'sec-fetch-dest': 'image' } }
  expect((await browser.send(`/auth/popup?id=${popup}`, image)).status).toBe(403)
})

test('a popup has a random name, which the app alone gives', async ({ world }) => {
  const browser = world.browser()
  const begin = (name: string, site: Parameters<Browser['send']>[2] = 'same-origin') =>
    browser.send(`/auth/sign-in?popup=${encodeURIComponent(name)}`, {}, site)
  for (const name of ['', 'short', `${popup}"`, popup.repeat(3)])
    expect(await refusalOf(await begin(name)), name).toEqual([400, 'config'])
  expect(await refusalOf(await begin(popup, 'cross-site'))).toEqual([400, 'config'])
})
