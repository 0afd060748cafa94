import { expect, test } from '../fixture.js'
import { answer, arrive, codeOf, depart, hold } from '../words-flow.js'

test.describe('pushed authorization requests', () => {
  for (const [name, options, metadata] of [
    ['wanted by the app', { par: true }, {}],
    ['required by the server', {}, { require_pushed_authorization_requests: true }],
  ] as const)
    test.describe(name, () => {
      test.use({ options, serverOptions: {} })

      test('the URL shows nothing but client_id and request_uri', async ({ app, server }) => {
        server.options.metadata = metadata
        await app.open()
        const url = await depart(app, server, { maxAge: 0, loginHint: 'ada@example.com' })
        expect(Object.fromEntries(url.searchParams)).toEqual({
          client_id: 'app',
          request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:/),
        })
        expect(server.requests('par').map(({ params }) => params)).toEqual([
          expect.objectContaining({
            client_id: 'app',
            response_type: 'code',
            code_challenge_method: 'S256',
            login_hint: 'ada@example.com',
            max_age: '0',
          }),
        ])
        expect(await arrive(app, await answer(server, url))).toBe('signed-in')
      })
    })

  for (const [name, fault, code] of [
    ['a 500', { status: 500, handled: false }, 'server_error'],
    ['a cut connection', { drop: 'before' }, 'network'],
    ['no CORS headers', { cors: false }, 'cors'],
    ['invalid_request', { status: 400, body: '{"error":"invalid_request"}' }, 'oauth_error'],
    ['a page', { body: '<p>Hello' }, 'invalid_response'],
    ['no request_uri', { body: '{"expires_in":60}' }, 'invalid_response'],
    ['a request_uri that is no string', { body: '{"request_uri":{}}' }, 'invalid_response'],
  ] as const)
    test(`${name} instead: ${code}, and nobody leaves`, async ({ app, server }) => {
      server.options.metadata = { require_pushed_authorization_requests: true }
      await app.open()
      server.fail('par', { ...fault }, Infinity)
      hold(server)
      await app.page.evaluate(() => void window.auth.signIn())
      await expect.poll(() => server.requests('par').length).toBeGreaterThan(0)
      await expect
        .poll(() => app.page.evaluate(() => JSON.stringify(window.auth.state)))
        .toContain(`"code":"${code}"`)
      expect(server.requests('authorize')).toEqual([])
    })

  test('where there is no endpoint for them: unsupported', async ({ app, server }) => {
    server.options.metadata = {
      require_pushed_authorization_requests: true,
      pushed_authorization_request_endpoint: undefined,
    }
    await app.open()
    expect(codeOf(await app.attempt(() => window.auth.signIn()))).toBe('unsupported')
  })
})
