import { expect, test } from '../fixture.js'

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

  for (const [base, url, isApi] of relative)
    test(`${url} with the base "${base}" ${isApi ? 'is' : 'is not'} below it`, async ({ app }) => {
      await app.open('/')
      await app.signIn()
      await app.open('/deep/page')
      const { value } = await app.attempt(
        async ([href, target]: readonly [string, string]) => {
          if (href) document.head.append(Object.assign(document.createElement('base'), { href }))
          const real = window.fetch
          const calls: [string, boolean][] = []
          window.fetch = async (input, init) => {
            const request = new Request(input, init)
            calls.push([request.url, request.headers.has('authorization')])
            return real(input, init)
          }
          const platform = await real(target)
          const response = await window.auth.fetch(target)
          return { same: response.url === platform.url, calls, expected: platform.url }
        },
        [base, url] as const,
      )
      expect(value).toMatchObject({ same: true, calls: [[value?.expected, isApi]] })
    })
})

for (const redirectUri of ['https://other.example/cb', '//other.example/cb'])
  test.describe(`a redirect URI on another origin, ${redirectUri}`, () => {
    test.use({ options: { redirectUri } })

    test('is a config error at start(), and of every sign-in', async ({ app, server }) => {
      const wrong = { code: 'config', message: expect.stringMatching(/^redirectUri: \S+ \S+/) }
      const stateError = () =>
        app.attempt(() => {
          const { state } = window.auth
          if (state.status === 'signed-out' && state.error) throw state.error
        })
      await app.open()
      expect(await stateError()).toMatchObject({ error: wrong })
      expect(await app.attempt(() => window.auth.signIn())).toMatchObject({ error: wrong })
      expect(await app.attempt(() => window.auth.signInUrl())).toMatchObject({ error: wrong })
      expect(await stateError()).toMatchObject({ error: wrong })
      expect(server.ledger).toEqual([])
    })
  })
