import { expect, test } from '../support/fixture.js'
import { answer, arrive, depart, said } from '../support/sign-in-steps.js'

test('consent_required is a denial, and with prompt=none interaction_required', async ({
  app,
  server,
}) => {
  for (const [prompt, code] of [
    [undefined, 'access_denied'],
    ['none', 'interaction_required'],
  ] as const)
    await test.step(prompt ?? 'asked', async () => {
      await app.open()
      const url = await depart(app, server, prompt ? { prompt } : {})
      server.consent = { error: 'consent_required' }
      await arrive(app, await answer(server, url))
      expect(await said(app)).toBe(code)
      server.consent = {}
    })
})
