import { expect, test } from '../support/fixture.js'
import { codeOf } from '../support/sign-in-steps.js'

const usual = 'openid profile email offline_access'

test.beforeEach(async ({ app }) => {
  await app.open('/desk')
  await app.signIn()
})

const challenges: [challenge: string, status: number, outcome: object | number][] = [
  ['error="insufficient_scope", scope="admin orders"', 403, { scope: 'admin orders' }],
  ['error=insufficient_scope, scope=admin', 403, { scope: 'admin' }],
  ['error="insufficient_scope"', 403, { scope: undefined }],
  [`error="insufficient_scope", scope="${'a'.repeat(2000)}"`, 403, { scope: undefined }],
  ['error="insufficient_scope", scope="\\"a\\""', 403, { scope: undefined }],
  ['error="insufficient_scope", scope="admin"', 401, 401],
  ['realm="a", scope="admin"', 403, 403],
]

test('F74: a call that needs more scope rejects, and says what the API wants', async ({
  app,
  api,
  server,
}) => {
  for (const [challenge, status, outcome] of challenges) {
    api.seen.length = 0
    const headers = { 'www-authenticate': `Bearer ${challenge}` }
    api.handler = () => new Response('', { status, headers })
    const found = await app.page.evaluate(async (url) => {
      try {
        return (await window.auth.fetch(url)).status
      } catch (error) {
        const { code, scope } = error as InstanceType<typeof window.Pixy.AuthError>
        return { code, scope }
      }
    }, `${api.url}me`)
    const told = typeof outcome === 'number' ? outcome : { code: 'insufficient_scope', ...outcome }
    expect(found, challenge).toEqual(told)
    expect(api.seen, challenge).toHaveLength(1)
  }
  expect(server.refreshTokenUses).toEqual([])
  expect(await app.state()).toMatchObject({ status: 'signed-in' })
})

test('a sign-in for more scope keeps what was granted', async ({ app, server }) => {
  const scopes = () => server.requests('authorize').map(({ params }) => params['scope'])
  await app.signIn({ scope: 'admin' })
  await app.signIn({ scope: 'orders email' })
  expect(scopes()).toEqual([usual, `${usual} admin`, `${usual} admin orders`])
  expect(await app.state()).toMatchObject({
    session: { scope: `${usual} admin orders`.split(' ') },
  })

  await test.step('what the server grants then is what the session has', async () => {
    server.consent = { scope: 'openid offline_access' }
    await app.signIn({ scope: 'more' })
    expect(await app.state()).toMatchObject({ session: { scope: ['openid', 'offline_access'] } })
  })

  await test.step('without a session it is asked for alone', async () => {
    await app.signOut({ local: true })
    server.consent = {}
    await app.signIn({ scope: 'openid' })
    expect(scopes().at(-1)).toBe('openid')
    expect(codeOf(await app.refresh())).toBe('interaction_required')
  })
})

test('a 403 without a challenge is given to the app, and nothing is loaded for it', async ({
  app,
  api,
}) => {
  await app.page.addInitScript(() => {
    // No idle page loads what a refresh needs.
    window.requestIdleCallback = () => 0
  })
  await app.open()
  await app.signIn()
  const files: string[] = []
  app.page.on('request', (request) => files.push(request.url()))
  await app.reload()
  api.handler = () => new Response('', { status: 403 })
  expect((await app.fetch(`${api.url}me`)).value?.status).toBe(403)
  expect(files.filter((url) => /calls\d*\.js/.test(url))).toHaveLength(1)
  expect(files.filter((url) => /refresh\d*\.js/.test(url))).toEqual([])
})
