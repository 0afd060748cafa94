import { expect, test } from '../support/fixture.js'
import { arrive, callback, codeOf, depart, hold } from '../support/sign-in-steps.js'
import { expire } from '../support/session.js'

test('a click joins the discovery request that was begun at idle time', async ({ app, server }) => {
  server.fail('openid-configuration', { delay: 600_000 })
  await app.open()
  await expect.poll(() => server.requests('openid-configuration')).toHaveLength(1)
  hold(server)
  await app.page.evaluate(() => void window.auth.signIn().catch(() => {}))
  // A later call has settled, so the click has got as far as it can.
  expect(codeOf(await app.token())).toBe('not_signed_in')
  server.heal()
  await expect.poll(() => server.requests('authorize')).toHaveLength(1)
  expect(server.requests('openid-configuration')).toHaveLength(1)
})

test('a connection that was cut is reported as network, not as cors', async ({ app, server }) => {
  await app.open()
  const href = await callback(app, server)
  server.fail('token', { drop: 'before' })
  expect(await arrive(app, href)).toBe('network')
  const other = await callback(app, server)
  server.fail('token', { cors: false }, Infinity)
  expect(await arrive(app, other)).toBe('cors')
})

test('prompt=none sends an id_token_hint, other prompts do not', async ({ app, server }) => {
  await app.open()
  expect((await depart(app, server, { prompt: 'none' })).searchParams.has('id_token_hint')).toBe(
    false,
  )
  await app.open()
  await app.signIn()
  const hint = (await depart(app, server, { prompt: 'none' })).searchParams.get('id_token_hint')
  expect([...server.secrets]).toContain(hint)
  await app.open()
  const { searchParams } = await depart(app, server, { prompt: 'login' })
  expect(searchParams.has('id_token_hint')).toBe(false)
})

test('unusable tokens end the session after one request', async ({ app, server }) => {
  for (const answer of [
    { idToken: { iat: undefined } },
    { idToken: { iss: 'https://evil.example' } },
    { body: (json: object) => ({ ...json, token_type: 'mac' }) },
    { body: (json: object) => ({ ...json, id_token: 'garbage' }) },
  ]) {
    await app.open()
    await app.signIn()
    await expire(app)
    const before = server.refreshTokenUses.length
    server.fail('token', answer)
    expect(codeOf(await app.token())).toBe('session_ended')
    expect((await app.state()).status).toBe('signed-out')
    expect(server.refreshTokenUses.slice(before)).toHaveLength(1)
  }
})
