import { expect } from '../support/fixture.js'
import { test } from '../support/resource-server.js'

test('a keepalive call in pagehide is sent at once, with its token', async ({ app, shop }) => {
  await app.open()
  await app.signIn()
  const order = await app.page.evaluate(async (url) => {
    const order: string[] = []
    const real = window.fetch
    window.fetch = (...given) => (order.push('sent'), real(...given))
    const { port1, port2 } = new MessageChannel()
    const nextTask = new Promise<void>((resolve) => {
      port1.onmessage = () => (order.push('next task'), resolve())
    })
    port2.postMessage('')
    const call = window.auth.fetch(url, { method: 'POST', body: 'now', keepalive: true })
    await nextTask
    await call
    window.fetch = real
    return order
  }, shop.url)
  expect(order).toEqual(['sent', 'next task'])

  await test.step('where the page is left', async () => {
    // Whether it arrives then is the browser's part.
    await app.page.evaluate((url) => {
      const real = window.fetch
      window.fetch = (input, init) => {
        const token = new Headers(init?.headers).get('authorization') ?? 'none'
        localStorage.setItem('sent', `${token.split(' ')[0]} ${init?.keepalive}`)
        return real(input, init)
      }
      addEventListener('pagehide', () => {
        void window.auth.fetch(url, { method: 'POST', body: 'bye', keepalive: true })
      })
    }, shop.url)
    await app.page.goto('/')
    expect(await app.page.evaluate(() => localStorage.getItem('sent'))).toBe('Bearer true')
  })
})
