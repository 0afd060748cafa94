import { expect } from '../support/fixture.js'
import { test } from '../support/resource-server.js'

test.use({ mode: 'honest' })

const errors: [code: string, call: (url: string) => Promise<unknown>][] = [
  ['url_not_allowed', () => window.auth.getAccessToken({ url: 'https://else.example/' })],
  ['unsupported', (url) => window.auth.fetch(url, { mode: 'no-cors' })],
  ['oauth_error', () => window.auth.refresh()],
]

test('an error crosses the door with its class, code, message and OAuth error', async ({
  app,
  server,
  shop,
}) => {
  await app.open()
  await app.signIn()

  await test.step('a network failure is the platform’s TypeError', async () => {
    shop.answer = () => {
      throw Object.assign(new Error('cut'), { name: 'ConnectionReset' })
    }
    const { value } = await app.attempt(
      (url: string) => window.auth.fetch(url).catch((error: unknown) => error instanceof TypeError),
      shop.url,
    )
    expect(value).toBe(true)
  })

  const body = JSON.stringify({ error: 'invalid_request', error_description: 'so' })
  server.fail('token', { status: 400, handled: false, body }, Infinity)
  const oauth = { error: 'invalid_request', description: 'so', uri: undefined }
  for (const [code, call] of errors) {
    const caught = await app.page.evaluate(
      async ([source, url]) => {
        // eslint-disable-next-line no-eval -- the table's own function, sent to the page as text
        const error: unknown = await (0, eval)(`(${source})`)(url).catch((it: unknown) => it)
        const { AuthError, isAuthError } = window.Pixy
        if (!(error instanceof AuthError)) return String(error)
        const { name, message, retryable, oauth } = error
        return { known: isAuthError(error), name, code: error.code, message, retryable, oauth }
      },
      [call.toString(), shop.url] as const,
    )
    expect(caught, code).toEqual({
      known: true,
      name: 'AuthError',
      code,
      message: expect.stringMatching(/\S+ \S+.*\.$/),
      retryable: false,
      oauth: code === 'oauth_error' ? oauth : undefined,
    })
  }
})
