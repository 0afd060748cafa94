import type { SignInOptions } from '../../src/index.js'
import { expect, test, type Tab } from '../support/fixture.js'
import { until } from '../support/frame.js'
import { frames } from '../support/iframe.js'
import { asked, codeOf, hinted, said, shown } from '../support/sign-in-steps.js'
import { waitLonger } from '../support/timers.js'

const quietly = (tab: Tab, options: Pick<SignInOptions, 'prompt'> = {}) =>
  tab.attempt(
    async (given) => (await window.auth.signIn({ via: 'iframe', ...given })).status,
    options,
  )

// A page with an embedder policy gets no frame of a server without one.
test.beforeEach(({ servers }) => void (servers.embeds = true))
test.beforeEach(({ app }) => waitLonger(app))
test.afterEach(({ servers }) => void (servers.embeds = false))

test('F58: a hidden frame signs in, and the app’s page in it starts nothing', async ({
  app,
  server,
}) => {
  await app.open('/desk?a=1#b')
  expect(await quietly(app)).toEqual({ value: 'signed-in' })
  expect(await frames(app)).toBe(0)
  expect(shown(app)).toBe('/desk?a=1#b')
  expect(await app.history()).toEqual(['loading', 'signed-out', 'signed-in'])
  const requests = server.ledger.map(({ endpoint }) => endpoint)
  expect(requests.filter((it) => !/config/.test(it))).toEqual(['authorize', 'token'])
  expect(server.requests('authorize')[0]?.params['prompt']).toBe('none')
  expect((await app.refresh()).value?.status).toBe('signed-in')
})

test('F58: an answer in a frame that no page waits for stays in its address', async ({
  app,
  server,
}) => {
  await app.open()
  /** Open an answer in a frame, and wait until it has asked for its page in vain. */
  const arriveIn = async (purpose: string) => {
    await app.page.evaluate(async (letter) => {
      const random = crypto.randomUUID()
      const channel = new BroadcastChannel(`pixy-auth:popup:${random}`)
      const heard = new Promise((resolve) => (channel.onmessage = resolve))
      const frame = document.body.appendChild(document.createElement('iframe'))
      frame.src = `/?code=unasked&state=px1${letter}abcdef${random}`
      await heard
    }, purpose)
    return app.page.frames().at(-1)!
  }
  const frame = await arriveIn('i')
  // The answer of a popup is finished where it is, after a second.
  const popup = await arriveIn('p')
  await until(popup, () => window.auth.state.status === 'signed-out')
  expect(await frame.evaluate(() => window.auth.state.status)).toBe('loading')
  expect(server.requests('token')).toEqual([])
})

test('F82: a sign-out during the sign-in wins', async ({ app, server }) => {
  await app.open()
  server.fail('token', { delay: 60_000 })
  const outcome = quietly(app)
  await expect.poll(() => server.requests('token').length).toBe(1)
  await app.signOut({ local: true })
  server.heal()
  expect(await outcome).toEqual({ value: 'signed-out' })
  expect(await app.history()).not.toContain('signed-in')
  expect(server.requests('revocation')).toHaveLength(1)
  expect(await app.reload()).toEqual({ status: 'signed-out' })
})

test('F57: without an answer the sign-in rejects after 5 s and removes the frame', async ({
  app,
  server,
}) => {
  server.options.silent = 'page'
  await app.open()
  await app.page.clock.install()
  const outcome = quietly(app)
  await asked(server, 1)
  expect(await frames(app)).toBe(1)
  await app.page.clock.runFor(5100)
  expect(codeOf(await outcome)).toBe('timeout')
  expect(await hinted(app)).toContain('refuses frames')
  expect(await frames(app)).toBe(0)
})

test('F54: a sign-in rejects if the server needs the user, and a session stays', async ({
  app,
  server,
}) => {
  server.options.silent = 'login_required'
  await app.open()
  expect(codeOf(await quietly(app))).toBe('interaction_required')
  expect(await said(app)).toBe('interaction_required')
  expect(await frames(app)).toBe(0)
  await app.signIn()
  expect(codeOf(await quietly(app))).toBe('interaction_required')
  expect(await said(app)).toBe('signed-in')
})

test('F57: a policy that forbids the frame is reported at once', async ({ app, servers }) => {
  const policy = `<meta http-equiv="content-security-policy" content="frame-src 'self'">`
  const html = `${policy}<body></body><script type="module" src="/main.js"></script>`
  await app.open(servers.newPage(() => html, { lax: true }))
  await app.page.clock.install()
  const { error } = await quietly(app)
  expect(error).toMatchObject({ code: 'unsupported' })
  expect(error?.hint).toContain('frame-src')
  expect(await frames(app)).toBe(0)
})

test('an abort signal ends the sign-in and removes the frame', async ({ app, server }) => {
  server.options.silent = 'page'
  await app.open()
  const outcome = app.attempt(async () => {
    const { signal } = (window.controller = new AbortController())
    return window.auth.signIn({ via: 'iframe', signal }).then(() => true)
  })
  await asked(server, 1)
  await app.page.evaluate(() => window.controller.abort())
  expect(codeOf(await outcome)).toBe('aborted')
  expect(await frames(app)).toBe(0)
})

test('T19: a message that is not this sign-in’s answer changes nothing', async ({
  app,
  server,
  baseURL,
}) => {
  server.options.silent = 'page'
  await app.open()
  const outcome = quietly(app)
  const state = (await asked(server, 1)).searchParams.get('state') ?? ''
  const url = `${baseURL}/?code=stolen`
  const lies = [url, `${url}&state=${state}x`, `${url}&state=${state.replace('px1i', 'px1p')}`]
  await app.page.evaluate(
    ([name, all]) => {
      const channel = new BroadcastChannel(`pixy-auth:popup:${name}`)
      for (const lie of all) channel.postMessage(lie)
    },
    [state.slice(10), lies] as const,
  )
  // Chromium may ignore a second way to an address while it is still on the first.
  await app.page.frameLocator('iframe').getByText('Sign in').waitFor({ state: 'attached' })
  server.options.silent = undefined as unknown as 'page'
  await app.page.evaluate(
    (href) => {
      document.querySelector('iframe')!.src = href
    },
    server.requests('authorize')[0]?.url ?? '',
  )
  expect(await outcome).toEqual({ value: 'signed-in' })
  expect(server.requests('token')).toHaveLength(1)
})

test('T45: the page in the frame cannot navigate the tab', async ({ app, server }) => {
  server.options.silent = 'page'
  await app.open()
  await app.page.evaluate(() => void window.auth.signIn({ via: 'iframe' }))
  await asked(server, 1)
  const sandbox = await app.page.evaluate(() => document.querySelector('iframe')!.sandbox.value)
  expect(sandbox.split(' ')).toEqual(['allow-scripts', 'allow-same-origin', 'allow-forms'])
})

test('a prompt that needs the user is refused in a hidden frame', async ({ app, server }) => {
  await app.open()
  const { error } = await quietly(app, { prompt: 'login' })
  expect(error?.message).toContain('prompt')
  expect(server.requests('authorize')).toEqual([])
})
