import { expect, Tab, test } from '../support/fixture.js'
import {
  answer,
  arrive,
  callback,
  changed,
  depart,
  endpoints,
  said,
  shown,
} from '../support/sign-in-steps.js'

test('F43, T32: a callback costs one request; a reload or Back costs none', async ({
  app,
  server,
}) => {
  await app.open()
  const href = await callback(app, server, { returnTo: '/deep?a=1#here' })
  const before = server.ledger.length
  expect(await arrive(app, href)).toBe('signed-in')
  expect(endpoints(server.ledger.slice(before))).toEqual(['token'])
  expect(shown(app)).toBe('/deep?a=1#here')
  await app.page.reload()
  expect(await said(app)).toBe('signed-in')
  expect(server.ledger).toHaveLength(before + 1)
  await app.open('/further')
  await app.page.goBack()
  expect(await said(app)).toBe('signed-in')
  expect(shown(app)).toBe('/deep?a=1#here')
  expect(server.requests('token')).toHaveLength(1)
})

test('a callback of another client or library is left alone', async ({ app, server }) => {
  for (const [name, query] of [
    ['a code without state', '?code=abc'],
    ['the state of another library', '?code=abc&state=xyz'],
    ['the state of another client of this library', `?code=abc&state=px1rAAAAAA${'b'.repeat(43)}`],
    ['an unknown way', `?code=abc&state=px1x${'b'.repeat(49)}`],
    ['an error with the state of another library', '?error=access_denied&state=xyz'],
  ] as const)
    await test.step(name, async () => {
      expect(await app.open(`/${query}`)).toEqual({ status: 'signed-out' })
      expect(shown(app)).toBe(`/${query}`)
      expect(server.requests('token')).toEqual([])
    })
})

test('F43, F45: a used or unknown callback is refused, or ignored while signed in', async ({
  app,
  server,
}) => {
  await app.open()
  const href = await callback(app, server)
  await test.step('gone: no code is sent', async () => {
    const state = new URL(href).searchParams.get('state') ?? ''
    const gone = changed(href, { state: state.slice(0, 10) + state.slice(10).toUpperCase() })
    expect(await arrive(app, gone)).toBe('unknown_transaction')
    expect(shown(app)).toBe('/')
    expect(server.requests('token')).toEqual([])
  })
  await test.step('used: ignored while signed in', async () => {
    await app.open(href)
    const state = await app.open(href)
    expect(state).toMatchObject({ status: 'signed-in' })
    expect(state).not.toHaveProperty('stale')
    expect(shown(app)).toBe('/')
    expect(server.requests('token')).toHaveLength(1)
  })
  await test.step('a second answer to the same request is ignored, too', async () => {
    const authorize = await depart(app, server)
    const [first, second] = [await answer(server, authorize), await answer(server, authorize)]
    expect(await arrive(app, first)).toBe('signed-in')
    expect(second).not.toBe(first)
    expect(await arrive(app, second)).toBe('signed-in')
    expect(shown(app)).toBe('/')
    expect(server.requests('token')).toHaveLength(2)
  })
  await test.step('used: refused when signed out', async () => {
    await app.signOut({ local: true })
    expect(await arrive(app, href)).toBe('unknown_transaction')
    expect(shown(app)).toBe('/')
    expect(server.requests('token')).toHaveLength(2)
    // The next sign-in works.
    await app.signIn()
  })
})

test.describe('with response_mode=fragment', () => {
  test.use({ options: { params: { response_mode: 'fragment' } } })

  test('the callback is read from the fragment', async ({ app, server }) => {
    await app.open('/deep?a=1#here')
    const href = await callback(app, server)
    expect(new URL(href)).toMatchObject({ search: '', hash: expect.stringContaining('code=') })
    expect(await arrive(app, href)).toBe('signed-in')
    expect(shown(app)).toBe('/deep?a=1#here')
  })
})

test('F44: a reload during the exchange sends the code once and keeps a live session', async ({
  app,
  server,
}) => {
  // Where a page is left slowly it asks why its request failed, without a code.
  const exchanges = (): number =>
    server.requests('token').filter(({ method }) => method === 'POST').length
  await app.open()
  const href = await callback(app, server)
  server.fail('token', { hang: true })
  await app.page.goto(href)
  await expect.poll(exchanges).toBe(1)
  expect(await app.reload()).toEqual({ status: 'signed-out' })
  expect(shown(app)).toBe('/')
  expect(exchanges()).toBe(1)
  await app.signIn()
  const again = await callback(app, server)
  server.fail('token', { hang: true })
  await app.page.goto(again)
  await expect.poll(exchanges).toBe(3)
  expect(await app.reload()).toMatchObject({ status: 'signed-in' })
  expect(await app.state()).not.toHaveProperty('stale')
  expect(exchanges()).toBe(3)
})

test('F50: two sign-ins in two tabs both finish; the later one counts in every tab', async ({
  app,
  server,
  secondTab,
}) => {
  await app.open()
  const other = await secondTab()
  const urls = [await depart(app, server), await depart(other, server)]
  const hrefs: string[] = []
  for (const [index, url] of urls.entries()) {
    server.consent = { subject: `user-${index + 1}` }
    hrefs.push(await answer(server, url))
  }
  expect(await arrive(app, hrefs[0] ?? '')).toBe('signed-in')
  expect(await app.state()).toMatchObject({ user: { sub: 'user-1' } })
  expect(await arrive(other, hrefs[1] ?? '')).toBe('signed-in')
  await expect.poll(() => app.state()).toMatchObject({ user: { sub: 'user-2' } })
  expect(await other.state()).toEqual(await app.state())
  expect(server.requests('token')).toHaveLength(2)
})

test('F47, F52: a callback is exchanged once, without the tab that began the sign-in', async ({
  app,
  server,
  context,
  secondTab,
}) => {
  await app.open()
  const href = await callback(app, server)
  const other = new Tab(await context.newPage())
  await Promise.all([app.page.goto(href), other.page.goto(href)])
  await Promise.all([app.becomes('signed-in'), other.becomes('signed-in')])
  expect(server.requests('token')).toHaveLength(1)
  await app.signOut({ local: true })
  await other.becomes('signed-out')
  // A third tab: for 30 s the one that came too late refuses a sign-in without a click.
  const first = await secondTab()
  const url = await depart(first, server)
  await first.page.close()
  expect(await arrive(other, await answer(server, url))).toBe('signed-in')
})

test('F46, F47, T1: a callback works in another tab, not in another browser', async ({
  app,
  server,
  secondTab,
  otherBrowser,
}) => {
  await app.open()
  const href = await callback(app, server)
  const victim = await otherBrowser()
  expect(await arrive(victim, href)).toBe('unknown_transaction')
  expect(server.requests('token')).toEqual([])
  expect(shown(victim)).toBe('/')
  const other = await secondTab()
  expect(await arrive(other, href)).toBe('signed-in')
  await app.becomes('signed-in')
  expect(server.requests('token')).toHaveLength(1)
})
