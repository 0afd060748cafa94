import { expect, type Tab } from '../support/fixture.js'
import { test } from '../support/resource-server.js'

declare global {
  interface Window {
    letIn?: () => void
    answer?: Promise<string>
  }
}

/** Make a client whose vault gets each call only when `window.letIn()` says so. */
const hold = (app: Tab): Promise<void> =>
  app.page.evaluate(async () => {
    const { createAuthWith, createVault, resolveConfig } = window.Pixy
    const resolve = (base?: string) => resolveConfig(window.options, base)
    window.auth = createAuthWith(resolve, (...given) => {
      const vault = createVault(...given)
      const open = new Promise<void>((resolve) => (window.letIn = resolve))
      return { ...vault, fetch: (...call) => open.then(() => vault.fetch(...call)) }
    })
    await window.auth.start()
  })

test('T28: a call made while signed out gets no token of a later sign-in', async ({
  app,
  shop,
  secondTab,
}) => {
  await app.open()
  const other = await secondTab()
  await hold(app)
  await app.page.evaluate((url) => {
    const call = window.auth.fetch(url, { method: 'POST', body: 'mine' })
    window.answer = call.then(String, (error: { code: string }) => error.code)
  }, shop.url)
  await other.signIn()
  const status = await app.page.evaluate(async () => {
    await new Promise<void>((resolve) => {
      window.auth.subscribe(({ status }) => status === 'signed-in' && resolve())
    })
    window.letIn?.()
    return window.answer
  })
  expect(status).toBe('not_signed_in')
  expect(shop.arrived).toEqual([])
})
