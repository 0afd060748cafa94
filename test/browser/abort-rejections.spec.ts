import type { Page } from '@playwright/test'
import { expect } from '../support/fixture.js'
import { test } from '../support/resource-server.js'
import { expire } from '../support/session.js'

type Body = 'none' | 'text' | 'stream' | 'open stream'

declare global {
  interface Window {
    unhandled: string[]
  }
}

test.beforeEach(async ({ app }) => {
  await app.page.addInitScript(() => {
    window.unhandled = []
    addEventListener('unhandledrejection', ({ reason }) => void window.unhandled.push(`${reason}`))
  })
})

/** Call again and again, and abort each call one step later than the one before. */
const abortEach = (page: Page, url: string, body: Body): Promise<string[]> =>
  page.evaluate(
    async ([url, body]) => {
      const turn = (): Promise<void> => new Promise((done) => setTimeout(done))
      const sent = (): RequestInit => {
        if (body === 'none') return {}
        if (body === 'text') return { method: 'POST', body: 'a' }
        const stream = new ReadableStream({
          start(parts) {
            parts.enqueue(new Uint8Array(1))
            if (body === 'stream') parts.close()
          },
        })
        return { method: 'POST', body: stream, duplex: 'half' } as RequestInit
      }
      for (let step = 0; step < 40; step++) {
        const control = new AbortController()
        const call = window.auth.fetch(url, { ...sent(), signal: control.signal })
        const settled = Promise.allSettled([call.then((response) => response.text())])
        for (let i = 0; i < step; i++) await (step < 20 ? undefined : turn())
        control.abort(new Error('mine'))
        await settled
      }
      for (let i = 0; i < 20; i++) await turn()
      return window.unhandled
    },
    [url, body] as const,
  )

// A request cannot stream in Firefox.
const bodies = (browserName: string): Body[] =>
  browserName === 'firefox' ? ['none', 'text'] : ['none', 'text', 'stream', 'open stream']

test('a call aborted at any step leaves no unhandled rejection', async ({
  app,
  server,
  shop,
  browserName,
}) => {
  await app.open()
  await app.signIn()
  for (const body of bodies(browserName))
    expect(await abortEach(app.page, shop.url, body), body).toEqual([])
  shop.answer = () => new Response('no', { status: 401 })
  for (const body of bodies(browserName))
    expect(await abortEach(app.page, shop.url, body), `401, ${body}`).toEqual([])
  await expire(app)
  server.fail('token', { delay: 10 })
  expect(await abortEach(app.page, shop.url, 'text'), 'while a refresh is under way').toEqual([])
})

test('a sign-in aborted at any step leaves no unhandled rejection', async ({ app, server }) => {
  server.fail('openid-configuration', { hang: true }, Infinity)
  await app.open()
  for (const isDisposed of [false, true])
    for (let step = 0; step < 12; step++) {
      await app.page.goto('/')
      const unhandled = await app.page.evaluate(
        async ([step, isDisposed]) => {
          const turn = (): Promise<void> => new Promise((done) => setTimeout(done))
          const control = new AbortController()
          // As an app does that shows `state.error`.
          void window.auth.signIn({ signal: control.signal })
          for (let i = 0; i < step; i++) await (step < 6 ? undefined : turn())
          if (isDisposed) window.auth.dispose()
          control.abort(new Error('mine'))
          for (let i = 0; i < 20; i++) await turn()
          return window.unhandled
        },
        [step, isDisposed] as const,
      )
      expect(unhandled, `step ${step}`).toEqual([])
    }
})
