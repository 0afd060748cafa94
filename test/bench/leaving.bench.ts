import { expect, Tab, test } from '../support/fixture.js'
import { leaveBy, signOutAndLeave } from '../support/leaving.js'

const rounds = Number(process.env['ROUNDS'] ?? 75)

test.use({ serverOptions: { metadata: { end_session_endpoint: undefined } } })

for (const [name, leave] of leaveBy)
  test(`a sign-out that is not awaited holds: ${name}`, async ({ context, server }) => {
    test.setTimeout(0)
    let held = 0
    let revoked = 0
    for (let round = 0; round < rounds; round++) {
      const before = server.requests('revocation').length
      await signOutAndLeave(context, leave)
      const next = new Tab(await context.newPage())
      if ((await next.open()).status === 'signed-out') held++
      if (server.requests('revocation').length > before) revoked++
      for (const page of context.pages()) await page.close()
    }
    console.info(`${name}: held ${held} of ${rounds}, revoked ${revoked} of ${rounds}`)
    expect([held, revoked]).toEqual([rounds, rounds])
  })
