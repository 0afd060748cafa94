import { expect, test } from '../support/fixture.js'
import { answer, arrive, depart } from '../support/sign-in-steps.js'

test.use({ options: { dpop: true, par: true }, serverOptions: { par: 'no-preflight' } })

test('a PAR endpoint without CORS preflight gets the key’s thumbprint in the form', async ({
  app,
  server,
}) => {
  await app.open()
  const url = await depart(app, server)
  const [pushed] = server.requests('par')
  expect(pushed?.headers).not.toHaveProperty('dpop')
  expect(pushed?.params['dpop_jkt']).toMatch(/^[\w-]{43}$/)
  expect(await arrive(app, await answer(server, url))).toBe('signed-in')
})
