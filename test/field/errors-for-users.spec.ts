import { expect, test } from '../support/fixture.js'
import { said } from '../support/sign-in-steps.js'
import type { AuthErrorCode } from '../../src/index.js'

const codes: Readonly<Record<AuthErrorCode, true>> = {
  config: true,
  insecure_context: true,
  network: true,
  timeout: true,
  cors: true,
  rate_limited: true,
  server_error: true,
  discovery_failed: true,
  issuer_mismatch: true,
  unknown_transaction: true,
  access_denied: true,
  interaction_required: true,
  oauth_error: true,
  invalid_response: true,
  invalid_id_token: true,
  clock_skew: true,
  session_ended: true,
  not_signed_in: true,
  account_changed: true,
  key_lost: true,
  insufficient_scope: true,
  step_up_required: true,
  url_not_allowed: true,
  popup_blocked: true,
  popup_closed: true,
  aborted: true,
  storage: true,
  unsupported: true,
}

test('each code alone has a message for users, without the words of developers', async ({
  app,
}) => {
  await app.open()
  const messages = await app.page.evaluate((names) => {
    const { AuthError } = window.Pixy
    return names.map((name) => new AuthError(name as never).message)
  }, Object.keys(codes))
  for (const message of messages) {
    expect(message).toMatch(/^[A-Z].*\.$/)
    expect(message).not.toMatch(/`|\(\)|CORS|origin|scope|metadata|token|URL/)
  }
})

test('the hint tells the developer what to do, and the console prints it', async ({
  app,
  server,
}) => {
  server.fail('token', { status: 400, handled: false, cors: false }, Infinity)
  await app.open()
  await app.leave()
  expect(await said(app)).toBe('cors')
  const { message, hint, stack } = await app.page.evaluate(() => {
    const { state } = window.auth
    const { message, hint, stack } = (state.status === 'signed-out' && state.error) || {}
    return { message, hint, stack }
  })
  expect(message).toBe('The server does not accept this app.')
  const { origin } = new URL(app.page.url())
  expect(hint).toContain(`Allow the origin ${origin} at the authorization server.`)
  if (app.page.context().browser()?.browserType().name() === 'chromium')
    expect(stack).toContain(hint)
})
