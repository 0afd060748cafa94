import type { Consent } from '../../src/testing/index.js'
import { expect, test } from '../support/fixture.js'
import {
  answer,
  arrive,
  asked,
  codeOf,
  depart,
  hold,
  said,
  shown,
} from '../support/sign-in-steps.js'
import { overwrite } from '../support/session.js'

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

  test('a request that cannot be pushed rejects with its cause, and the page stays', async ({
    app,
    server,
  }) => {
    server.options.metadata = { require_pushed_authorization_requests: true }
    await app.open()
    for (const [name, fault, code] of [
      ['a 500', { status: 500, handled: false }, 'server_error'],
      ['a cut connection', { drop: 'before' }, 'network'],
      ['no CORS headers', { cors: false }, 'cors'],
      ['invalid_request', { status: 400, body: '{"error":"invalid_request"}' }, 'oauth_error'],
      ['a page', { body: '<p>Hello' }, 'invalid_response'],
      ['no request_uri', { body: '{"expires_in":60}' }, 'invalid_response'],
      ['a request_uri that is no string', { body: '{"request_uri":{}}' }, 'invalid_response'],
    ] as const)
      await test.step(`${name} instead: ${code}`, async () => {
        await app.open()
        const before = server.requests('par').length
        server.fail('par', { ...fault }, Infinity)
        hold(server)
        expect(codeOf(await app.attempt(() => window.auth.signIn()))).toBe(code)
        expect(await said(app)).toBe(code)
        expect(server.requests('par').length).toBeGreaterThan(before)
        expect(server.requests('authorize')).toEqual([])
        server.heal()
      })
    await test.step('no endpoint for pushed requests: unsupported', async () => {
      server.options.metadata = {
        require_pushed_authorization_requests: true,
        pushed_authorization_request_endpoint: undefined,
      }
      await overwrite(app)
      await app.open()
      expect(codeOf(await app.attempt(() => window.auth.signIn()))).toBe('unsupported')
    })
  })

  test.describe('with a request_uri that has expired', () => {
    test.use({ options: { par: true } })

    test('the request is pushed once more, and no more than once', async ({ app, server }) => {
      await app.open('/deep')
      const expired = { error: 'invalid_request_uri' }
      const answers: Consent[] = [expired, {}]
      server.consent = () => answers.shift() ?? expired
      await app.page.evaluate(() => void window.auth.signIn({ loginHint: 'ada' }))
      // The page comes back, and leaves again by itself.
      await app.page.waitForFunction(() => window.auth?.state.status === 'signed-in')
      const pushed = server.requests('par').map(({ params }) => params)
      expect(pushed.map(({ login_hint }) => login_hint)).toEqual(['ada', 'ada'])
      for (const name of ['state', 'nonce', 'code_challenge'])
        expect(pushed[0]?.[name]).not.toBe(pushed[1]?.[name])
      expect(shown(app)).toBe('/deep')

      await app.signOut({ local: true })
      await app.page.evaluate(() => void window.auth.signIn())
      await app.page.waitForFunction(() => {
        const { state } = window.auth ?? {}
        return state?.status === 'signed-out' && state.error?.oauth?.error === 'invalid_request_uri'
      })
      expect(server.requests('par')).toHaveLength(4)
    })

    test('a second click after a minute pushes a new request', async ({ app, server }) => {
      await app.open()
      const first = await depart(app, server)
      await app.page.evaluate(() => {
        const now = Date.now()
        Date.now = () => now + 60_000
        void window.auth.signIn()
      })
      const second = await asked(server, 2)
      expect(server.requests('par')).toHaveLength(2)
      expect(second.searchParams.get('request_uri')).not.toBe(first.searchParams.get('request_uri'))
    })
  })
})
