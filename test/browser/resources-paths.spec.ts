import { expect, test } from '../support/fixture.js'
import { make } from '../support/sign-in-steps.js'

test.describe('a resource that is a path', () => {
  test.use({ options: { resources: ['/api'] } })

  const relative: [base: string, url: string, isApi: boolean][] = [
    ['', '/api/me', true],
    ['', '/api', true],
    ['', 'api/me', false],
    ['', '../api/me', true],
    ['', '../api/../me', false],
    ['', '/apis/me', false],
    ['/', 'api/me', true],
    ['/api/', 'me', true],
    ['/other/', 'me', false],
  ]

  test('is resolved on the origin, whatever the page and its base are', async ({ app }) => {
    await app.open()
    await app.signIn()
    await app.open('/deep/page')
    for (const [base, url, isApi] of relative) {
      const { value } = await app.attempt(
        async ([href, target]: readonly [string, string]) => {
          const base = Object.assign(document.createElement('base'), { href })
          if (href) document.head.append(base)
          const real = window.fetch
          const { createAuth } = window.Pixy
          const calls: [string, boolean][] = []
          window.fetch = async (input, init) => {
            const request = new Request(input, init)
            calls.push([request.url, request.headers.has('authorization')])
            return real(input, init)
          }
          const platform = await real(target)
          const response = await createAuth(window.options).fetch(target)
          window.fetch = real
          base.remove()
          return { same: response.url === platform.url, calls, expected: platform.url }
        },
        [base, url] as const,
      )
      const expected = { same: true, calls: [[value?.expected, isApi]] }
      expect(value, `${url} with the base "${base}"`).toMatchObject(expected)
    }
  })
})

test.describe('a redirect URI on another origin', () => {
  test.use({ mode: 'manual' })

  test('is a config error of start() and of every sign-in', async ({ app, appOptions, server }) => {
    const wrong = { code: 'config', message: expect.stringMatching(/ redirectUri: \S+ \S+/) }
    const stateError = () =>
      app.attempt(async () => {
        const state = await window.auth.start()
        if (state.status === 'signed-out' && state.error) throw state.error
      })
    await app.page.goto('/')
    for (const redirectUri of ['https://other.example/cb', '//other.example/cb']) {
      await make(app, { ...appOptions, redirectUri })
      expect(await stateError(), redirectUri).toMatchObject({ error: wrong })
      const signIn = await app.attempt(() => window.auth.signIn())
      expect(signIn, redirectUri).toMatchObject({ error: wrong })
      const signInUrl = await app.attempt(() => window.auth.signInUrl())
      expect(signInUrl, redirectUri).toMatchObject({ error: wrong })
      expect(await stateError(), redirectUri).toMatchObject({ error: wrong })
      expect(server.ledger, redirectUri).toEqual([])
    }
  })
})
