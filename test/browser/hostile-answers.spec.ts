import { expect, test } from '../support/fixture.js'

const pollution = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'

test('T23: `__proto__` in an answer of the server changes no prototype', async ({
  app,
  server,
}) => {
  const body = (json: Record<string, unknown>): unknown => ({
    ...json,
    ...(JSON.parse(pollution.replace('__proto__', '__PROTO__')) as object),
  })
  for (const endpoint of ['openid-configuration', 'token', 'userinfo'] as const)
    // As text, because a spread loses an own member of this name.
    server.fail(
      endpoint,
      {
        body: (json) =>
          // Defined on the object, because text would be serialised twice.
          Object.defineProperty(body(json) as object, '__proto__', {
            value: { polluted: true },
            enumerable: true,
          }),
      },
      Infinity,
    )
  server.options.claims = JSON.parse(pollution) as Record<string, unknown>
  await app.open()
  await app.signIn()
  await app.refresh()
  expect((await app.attempt(() => window.auth.userInfo())).error).toBeUndefined()
  const polluted = await app.page.evaluate(() => {
    const { state } = window.auth
    const user = 'user' in state ? state.user : undefined
    return ['polluted' in {}, user && 'polluted' in user]
  })
  expect(polluted).toEqual([false, false])
})

test.describe('in a documented app', () => {
  test.use({ options: { redirectUri: '/documented/react' } })

  test('T26: a server’s error is shown as text, and its length is bounded', async ({
    app,
    server,
  }) => {
    const payload = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>'
    for (const error of [payload, payload + 'x'.repeat(5000), 'javascript:alert(1)']) {
      server.consent = { error, errorDescription: error }
      await app.page.goto('/documented/react')
      await app.page.getByRole('button', { name: 'Sign in' }).click()
      await expect(app.page.getByText('The server refused the request.')).toBeVisible()
      const found = await app.page.evaluate(() => {
        const { state } = window.auth
        const { code, hint = '', oauth } = ('error' in state && state.error) || {}
        const lengths = [hint, oauth?.error, oauth?.description].map((text) => text?.length ?? 0)
        return [code, 'owned' in window, document.images.length, Math.max(...lengths) <= 600]
      })
      expect(found).toEqual(['oauth_error', false, 0, true])
    }
  })
})

test('T27: no error and no line on the console holds a secret', async ({ app, server }) => {
  const heard: string[] = []
  app.page.on('console', (message) => heard.push(message.text()))
  app.page.on('pageerror', (error) => heard.push(`${error.stack}`))
  await app.open()
  await app.signIn()
  // Token responses with tokens that cannot be used.
  const faults = [
    { body: (json: object) => ({ ...json, token_type: 'mac' }) },
    { body: (json: object) => JSON.stringify(json).slice(0, -5) },
    { idToken: { sub: '' } },
    { status: 500 },
    { status: 400 },
  ]
  for (const fault of faults) {
    server.fail('token', fault)
    await app.leave()
    heard.push(
      await app.page.evaluate(async () => {
        const told: unknown[] = []
        const tell = (error: unknown): void => {
          if (!(error instanceof Error)) return
          told.push(error.message, error.stack, JSON.stringify(error), { ...error })
          tell(error.cause)
        }
        const state = await window.auth.start()
        tell('error' in state ? state.error : 'stale' in state ? state.stale : undefined)
        await window.auth.refresh().catch(tell)
        return JSON.stringify(told)
      }),
    )
  }
  for (const secret of server.secrets) expect(heard.join('\n')).not.toContain(secret)
})
