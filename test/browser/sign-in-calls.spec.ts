import { expect, test, type Tab } from '../support/fixture.js'
import type { MockServer } from '../../src/testing/index.js'
import {
  answer,
  arrive,
  asked,
  callback,
  codeOf,
  depart,
  hold,
  make,
  said,
  shown,
} from '../support/sign-in-steps.js'
import { holdTimers, passTime } from '../support/timers.js'

declare global {
  interface Window {
    outcomes: string[]
    controller: AbortController
  }
}

/** Call `signIn` and note what comes of it, without waiting for that. */
async function call(tab: Tab): Promise<void> {
  await tab.page.evaluate(() => {
    window.outcomes ??= []
    window.controller = new AbortController()
    const { signal } = window.controller
    window.auth.signIn({ signal }).then(
      () => window.outcomes.push('resolved'),
      (error) => window.outcomes.push(error.code),
    )
  })
}

const outcomes = (tab: Tab): Promise<string[]> => tab.page.evaluate(() => window.outcomes)

async function comeBack({ page }: Tab): Promise<void> {
  await page.evaluate(
    () => void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
  )
}

async function left(tab: Tab, server: MockServer): Promise<void> {
  hold(server)
  const count = server.requests('authorize').length + 1
  await call(tab)
  await asked(server, count)
}

test('a second signIn() joins the first: one promise and one navigation', async ({
  app,
  server,
}) => {
  server.options.metadata = { require_pushed_authorization_requests: true }
  await app.open()
  hold(server, 5)
  const same = await app.page.evaluate(() => {
    const calls = [window.auth.signIn(), window.auth.signIn({ prompt: 'login' })]
    return calls[0] === calls[1]
  })
  expect(same).toBe(true)
  const url = await asked(server, 1)
  server.heal()
  expect(server.requests('par')).toHaveLength(1)
  expect(await arrive(app, await answer(server, url))).toBe('signed-in')
})

test('F49: a double click on onClick={auth.signIn} goes to the server once', async ({
  app,
  server,
  baseURL,
}) => {
  await app.open('/deep')
  hold(server, 5)
  await app.page.evaluate(() => {
    const button = document.createElement('button')
    button.textContent = 'Sign in'
    button.addEventListener('click', window.auth.signIn as () => void)
    document.body.append(button)
  })
  // A second click some seconds later would be a new attempt.
  await holdTimers(app, { clocks: true })
  await app.page.getByRole('button').dblclick()
  const url = await asked(server, 1)
  server.heal()
  expect([...url.searchParams.keys()].toSorted()).toEqual([
    'client_id',
    'code_challenge',
    'code_challenge_method',
    'nonce',
    'redirect_uri',
    'response_type',
    'scope',
    'state',
  ])
  expect(await arrive(app, await answer(server, url))).toBe('signed-in')
  expect(app.page.url()).toBe(`${baseURL}/deep`)
  // The request of the first click, and the one that answer() made.
  expect(server.requests('authorize')).toHaveLength(2)
})

test('a second click seconds later leaves again if the page is still here', async ({
  app,
  server,
}) => {
  await app.open()
  hold(server, 5)
  await holdTimers(app, { clocks: true })
  await app.page.evaluate(() => void window.auth.signIn())
  const first = await asked(server, 1)
  await passTime(app, 4000)
  await app.page.evaluate(() => void window.auth.signIn())
  expect((await asked(server, 2)).href).toBe(first.href)
})

test('a click after an aborted sign-in does not leave by its URL', async ({ app, server }) => {
  server.options.metadata = { require_pushed_authorization_requests: true }
  await app.open()
  hold(server, 5)
  await holdTimers(app, { clocks: true })
  await call(app)
  await asked(server, 1)
  await app.page.evaluate(() => window.controller.abort())
  await passTime(app, 4000)
  server.fail('par', { delay: 600_000 })
  await app.page.evaluate(() => void window.auth.signIn())
  await expect.poll(() => server.requests('par')).toHaveLength(2)
  await app.page.evaluate(async () => {
    void window.auth.signIn()
    // A wrong leave would push its request before this answer.
    await fetch('/')
  })
  server.heal()
  await expect.poll(() => server.requests('authorize').length).toBeGreaterThan(1)
  expect(server.requests('par')).toHaveLength(2)
})

test.describe('called on a callback URL', () => {
  test.use({ mode: 'manual' })

  test('F49: signIn() joins the sign-in that is being finished', async ({
    app,
    server,
    appOptions,
  }) => {
    await app.page.goto('/')
    await make(app, appOptions)
    await app.page.goto(await callback(app, server))
    await make(app, appOptions)
    const before = server.requests('authorize').length
    const outcome = await app.attempt(async () => (await window.auth.signIn()).status)
    expect(outcome).toEqual({ value: 'signed-in' })
    expect(server.requests('authorize')).toHaveLength(before)
    // A later call starts a new sign-in.
    await depart(app, server)
  })
})

test('signIn() stays pending while the page leaves, until it is given up', async ({
  app,
  server,
}) => {
  await test.step('by a signal that is aborted while the server is slow', async () => {
    server.fail('openid-configuration', { hang: true }, Infinity)
    await app.open()
    await call(app)
    await expect.poll(() => server.requests('openid-configuration').length).toBeGreaterThan(0)
    // By the signal, and not by a deadline.
    await holdTimers(app)
    await app.page.evaluate(() => window.controller.abort())
    await expect.poll(() => outcomes(app)).toEqual(['aborted'])
    expect(server.requests('authorize')).toEqual([])
    server.heal()
  })
  await test.step('by a signal that was aborted before: the page stays', async () => {
    await app.open()
    const outcome = await app.attempt(() => window.auth.signIn({ signal: AbortSignal.abort() }))
    expect(codeOf(outcome)).toBe('aborted')
    expect(await said(app)).toBe('signed-out')
    // The next navigation is the one that was asked for.
    const url = await depart(app, server, { loginHint: 'next' })
    expect(url.searchParams.get('login_hint')).toBe('next')
    expect(server.requests('authorize')).toHaveLength(1)
  })
  await test.step('by a page that comes back from the cache', async () => {
    await app.open()
    await left(app, server)
    expect(await outcomes(app)).toEqual([])
    await comeBack(app)
    await expect.poll(() => outcomes(app)).toEqual(['aborted'])
    expect(await said(app)).toBe('signed-out')
  })
  await test.step('by a signal that is aborted while the page leaves again', async () => {
    await left(app, server)
    expect(await outcomes(app)).toEqual(['aborted'])
    await app.page.evaluate(() => window.controller.abort())
    await expect.poll(() => outcomes(app)).toEqual(['aborted', 'aborted'])
    expect(await said(app)).toBe('signed-out')
  })
})

test('a failed signIn() rejects, sets state.error, and is never unhandled', async ({
  app,
  server,
}) => {
  await app.open()
  server.fail('openid-configuration', { drop: 'before' }, Infinity)
  const unhandled = await app.page.evaluate(async () => {
    const found: string[] = []
    const control = new Promise<void>((resolve) =>
      addEventListener('unhandledrejection', ({ reason }) => {
        found.push(reason.code ?? reason)
        if (reason === 'control') resolve()
      }),
    )
    void window.auth.signIn({ params: { state: 'mine' } })
    const told = new Promise<void>((resolve) =>
      window.auth.subscribe((state) => 'error' in state && state.error && resolve()),
    )
    await told
    // An unhandled rejection after the other one: its event comes later, too.
    setTimeout(() => void Promise.reject('control'))
    await control
    return found
  })
  expect(unhandled).toEqual(['control'])
  expect(await said(app)).toBe('config')
  server.heal()

  await test.step('the next signIn() clears the error of the last', async () => {
    await app.open()
    await app.attempt(() => window.auth.signIn({ params: { state: 'mine' } }))
    expect(await said(app)).toBe('config')
    await depart(app, server)
    expect(await app.state()).toEqual({ status: 'signed-out' })
    expect(await app.history()).toEqual(['loading', 'signed-out', 'signed-out', 'signed-out'])
  })
})

test('signIn() works while signed in, and its failure leaves the state alone', async ({
  app,
  server,
}) => {
  await app.open('/deep')
  const before = await app.signIn()
  const outcome = await app.attempt(() => window.auth.signIn({ params: { state: 'mine' } }))
  expect(codeOf(outcome)).toBe('config')
  expect(await app.state()).toEqual(before)
  server.consent = { subject: 'grace' }
  const state = await app.signIn({ prompt: 'select_account' })
  expect(state).toMatchObject({ user: { sub: 'grace' } })
  expect(shown(app)).toBe('/deep')
})
