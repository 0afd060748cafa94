import { expect, test } from '../support/fixture.js'
import { asked, hold } from '../support/sign-in-steps.js'
import { traced } from '../support/trace.js'

test('a sign-in that require() begins is told apart from one that the app calls', async ({
  app,
  server,
}) => {
  await app.open()
  await traced(app)
  const begin = async (work: () => void): Promise<void> => {
    const count = server.requests('authorize').length + 1
    hold(server)
    await app.page.evaluate(work)
    await asked(server, count)
  }
  const told = async (): Promise<unknown[]> =>
    (await traced(app)).flatMap(({ step, detail }) =>
      /^(click|begin)$/.test(step) ? [[step, detail]] : [],
    )
  await begin(() => void window.auth.require())
  // The trace of the vault may come after what was kept of the page before.
  await expect.poll(told).toEqual([['begin', { by: 'require' }]])
  await app.open()
  await begin(() => void window.auth.signIn())
  await expect.poll(told).toEqual([
    ['begin', { by: 'require' }],
    ['click', {}],
  ])
})
