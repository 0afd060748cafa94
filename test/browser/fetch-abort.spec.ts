import { expect } from '../support/fixture.js'
import { compare, inParts, test } from '../support/resource-server.js'
import { call, expire, stored } from '../support/session.js'

type Fetch = typeof globalThis.fetch
type Case = readonly [name: string, work: (fetch: Fetch, url: string) => unknown]

test.beforeEach(async ({ app }) => {
  await app.open()
  await app.signIn()
})

const reasons: Case[] = [
  ['an own error', (f, url) => f(url, { signal: AbortSignal.abort(new Error('mine')) })],
  ['a word', (fetch, url) => fetch(url, { signal: AbortSignal.abort('enough') })],
  ['no reason', (fetch, url) => fetch(url, { signal: AbortSignal.abort() })],
  [
    'a signal in the Request',
    (fetch, url) => fetch(new Request(url, { signal: AbortSignal.abort(new Error('mine')) })),
  ],
]

// The answer has begun and never ends. Some engines lose the signal's own reason there.
const interruptions: [...Case, reason: string][] = [
  [
    'with a reason, between two parts',
    async (fetch, url) => {
      const control = new AbortController()
      const reader = (await fetch(url, { signal: control.signal })).body?.getReader()
      await reader?.read()
      const next = reader?.read()
      control.abort(new RangeError('mine'))
      return next
    },
    'RangeError',
  ],
  [
    'without a reason, within text()',
    async (fetch, url) => {
      const control = new AbortController()
      const text = (await fetch(url, { signal: control.signal })).text()
      control.abort()
      return text
    },
    'AbortError',
  ],
  [
    'with a reason, before text()',
    async (fetch, url) => {
      const control = new AbortController()
      const response = await fetch(url, { signal: control.signal })
      control.abort(new RangeError('mine'))
      return response.text()
    },
    'RangeError',
  ],
  [
    'with the reason of a time limit, within blob()',
    async (fetch, url) => {
      const control = new AbortController()
      const blob = (await fetch(url, { signal: control.signal })).blob()
      control.abort(new DOMException('late', 'TimeoutError'))
      return blob
    },
    'TimeoutError',
  ],
]

test('calls leave no listener at the signal of their caller', async ({ app, shop }) => {
  const left = await app.page.evaluate(async (url) => {
    const { addEventListener, removeEventListener } = EventTarget.prototype
    const open = new Map<unknown, number>()
    const count = (target: unknown, type: string, by: number): void => {
      if (target instanceof AbortSignal && type === 'abort')
        open.set(target, (open.get(target) ?? 0) + by)
    }
    EventTarget.prototype.addEventListener = function (...given: [string, never]) {
      count(this, given[0], 1)
      addEventListener.apply(this, given)
    }
    EventTarget.prototype.removeEventListener = function (...given: [string, never]) {
      count(this, given[0], -1)
      removeEventListener.apply(this, given)
    }
    const { signal } = new AbortController()
    for (let i = 0; i < 3; i++) {
      await (await window.auth.fetch(url, { signal })).text()
      await (await window.auth.fetch(url, { signal, method: 'POST', body: 'a' })).text()
      await window.auth.fetch(url, { signal, mode: 'no-cors' }).catch(() => {})
    }
    const heard = open.size
    return { heard, left: [...open.values()].filter((count) => count > 0).length }
  }, shop.url)
  expect(left).toEqual({ heard: 9, left: 0 })
  expect(shop.arrived).toHaveLength(6)
})

test('F81: an aborted call sends nothing, and the refresh it waited for goes on', async ({
  app,
  server,
  shop,
}) => {
  for (const [name, work] of reasons) {
    const { platform, ours } = await compare(app, work, shop.url)
    expect(ours, name).toEqual(platform)
    expect(shop.arrived.length, name).toBe(0)
  }

  await test.step('aborted while waiting for a token: the refresh goes on', async () => {
    server.fail('token', { delay: 60_000 })
    const { refreshToken } = await expire(app)
    const other = await call(app)
    await app.page.evaluate((url) => {
      const control = new AbortController()
      const call = window.auth.fetch(url, { signal: control.signal })
      const came = call.then(String, (error: Error) => error.message)
      Object.assign(window, { giveUp: () => (control.abort(new Error('mine')), came) })
    }, shop.url)
    await expect.poll(() => server.requests('token').length).toBe(2)
    const giveUp = () => (window as unknown as { giveUp: () => Promise<string> }).giveUp()
    expect(await app.page.evaluate(giveUp)).toBe('mine')
    server.heal()
    expect(server.verify(await other.answer())).toBeDefined()
    expect((await stored(app)).refreshToken).not.toBe(refreshToken)
    expect(await app.fetch(shop.url)).toMatchObject({ value: { status: 200 } })
    expect(server.requests('token')).toHaveLength(2)
    expect(shop.arrived).toHaveLength(1)
  })

  await test.step('aborted during start(): it rejects at once', async () => {
    server.fail('token', { delay: 60_000 })
    await app.leave()
    const first = await app.page.evaluate(async (url) => {
      const control = new AbortController()
      const call = window.auth.fetch(url, { signal: control.signal })
      control.abort(new Error('mine'))
      const start = window.auth.start().then(() => 'the start')
      return Promise.race([call.then(String, (error: Error) => error.message), start])
    }, shop.url)
    expect(first).toBe('mine')
    expect(shop.arrived).toHaveLength(1)
  })
})

test('a call aborted between a 401 and its retry sends no retry', async ({ app, server, shop }) => {
  shop.answer = () => new Response(null, { status: 401 })
  server.fail('token', { hang: true })
  const before = server.requests('token').length
  await app.page.evaluate((url) => {
    const control = new AbortController()
    const call = window.auth.fetch(url, { signal: control.signal })
    const came = call.then(String, (error: Error) => error.message)
    Object.assign(window, { giveUp: () => (control.abort(new Error('mine')), came) })
  }, shop.url)
  await expect.poll(() => server.requests('token').length).toBe(before + 1)
  const came = app.page.evaluate(() => (window as unknown as { giveUp: () => unknown }).giveUp())
  expect(await came).toBe('mine')
  server.heal()
  // The refresh goes on: its token serves the next call.
  shop.answer = () => new Response('hello')
  expect(await app.fetch(shop.url)).toMatchObject({ value: { status: 200 } })
  expect(shop.arrived).toHaveLength(2)
})

test('a call aborted in flight rejects with its reason and closes the connection', async ({
  app,
  shop,
}) => {
  const left = () => shop.arrived.map(({ gone }) => gone.aborted)
  // The server has the request, and no answer for it.
  shop.answer = async () => {
    await app.page.evaluate(() => window.control?.abort(new Error('mine')))
    return new Promise(() => {})
  }
  const { platform, ours } = await compare(
    app,
    (fetch, url) => {
      window.control = new AbortController()
      return fetch(url, { signal: window.control.signal })
    },
    shop.url,
  )
  expect(platform.error).toMatchObject({ message: 'mine' })
  expect(ours).toEqual(platform)
  await expect.poll(left).toEqual([true, true])

  // The server has sent a part of its answer.
  shop.answer = () => {
    const { response, send } = inParts()
    send('one')
    return response
  }
  for (const [name, work, reason] of interruptions) {
    shop.arrived.length = 0
    // Chromium repeats a request that it sends on a connection which is just being closed.
    const { platform, ours } = await compare(app, work, shop.url, () =>
      expect.poll(left).toEqual([true]),
    )
    expect(platform.error, name).toBeDefined()
    expect([reason, platform.error?.name], name).toContain(ours.error?.name)
    await expect.poll(left, { message: name }).toEqual([true, true])
  }
})
