import { expect, test } from '../support/fixture.js'
import { missingFile } from '../support/missing-file.js'

test.use({ mode: 'manual' })

test('a file that fails to load is asked for again, or the error says to reload', async ({
  app,
  browserName,
}) => {
  const file = await missingFile(app, 'sign-in')
  // No idle page fetches it before.
  await app.page.addInitScript(() => {
    window.requestIdleCallback = () => 0
  })
  await app.page.goto('/')
  await app.page.evaluate(() => {
    window.auth = window.Pixy.createAuth(window.options)
    return window.auth.start()
  })
  const link = () => app.attempt(() => window.auth.signInUrl())
  expect((await link()).error).toMatchObject({ code: 'network', retryable: true })
  const { error } = await link()
  expect(error).toMatchObject({ code: 'unsupported', retryable: false })
  expect(error?.hint).toContain('could not be loaded. Reload the page.')
  file.heal()
  // Firefox never asks for it again.
  if (browserName === 'firefox') expect((await link()).error).toEqual(error)
  else expect((await link()).value).toContain('code_challenge=')
  await app.page.reload()
  await app.page.evaluate(() => {
    window.auth = window.Pixy.createAuth(window.options)
  })
  expect((await link()).value).toContain('code_challenge=')
})

test('without resources a call is refused, even if the file with the reason fails', async ({
  app,
}) => {
  const file = await missingFile(app, 'near-miss')
  await app.page.goto('/')
  const { error } = await app.attempt(() =>
    window.Pixy.createAuth({ ...window.options, resources: [] }).fetch('/api/me'),
  )
  expect(error).toMatchObject({ code: 'config', message: expect.stringContaining(' resources: ') })
  expect(await file.unhandled()).toEqual([])
})

test('a slow store and a missing file for calls report no unhandled error', async ({ app }) => {
  await app.page.goto('/')
  // A page that knows of an ended session fetches that file while the store opens.
  await app.page.evaluate(() => window.Pixy.createAuth(window.options).signOut({ local: true }))
  const file = await missingFile(app, 'calls')
  await app.page.goto('/')
  await app.page.evaluate(() => {
    const never = () => new Promise<never>(() => {})
    const auth = window.Pixy.createAuth({ ...window.options, store: { get: never, update: never } })
    void auth.start()
  })
  expect(await file.unhandled()).toEqual([])
})
