import { expect, test, type Tab } from '../support/fixture.js'
import type { Endpoint, LedgerEntry, MockServer } from '../../src/testing/index.js'
import { arrive, callback, changed, codeOf, hold, said } from '../support/sign-in-steps.js'
import { reclaimed } from '../support/signed-id-tokens.js'
import { bend, stored } from '../support/session.js'

// A server may say anything, also what it was sent.

const forms: Record<string, (secret: string) => string> = {
  plain: (secret) => `The value ${secret} is wrong.`,
  'percent-encoded': (secret) =>
    [...secret].map((c) => `%${c.charCodeAt(0).toString(16)}`).join(''),
  'encoded twice': (secret) =>
    [...secret].map((c) => `%25${c.charCodeAt(0).toString(16)}`).join(''),
  'as entities': (secret) => [...secret].map((c) => `&#x${c.charCodeAt(0).toString(16)};`).join(''),
  wrapped: (secret) => secret.replaceAll(/.{5}/g, '$&\n '),
  'cut off': (secret) => `It began with ${secret.slice(0, 20)}`,
  'in upper case': (secret) => secret.toUpperCase(),
}

/** Letters and digits, once and twice decoded: what a reader could restore. */
function readings(text: string): string[] {
  const decode = (value: string): string =>
    value
      .replaceAll(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(String(hex), 16)))
      .replaceAll(/&#x([\da-f]+);/gi, (_, hex) => String.fromCharCode(parseInt(String(hex), 16)))
  return [text, decode(text), decode(decode(text))].map((one) =>
    one.replaceAll(/\\n|[^a-z\d]/gi, '').toLowerCase(),
  )
}

function expectNone(told: unknown, secrets: readonly string[]): void {
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(19)
    const sought = secret
      .replaceAll(/[^a-z\d]/gi, '')
      .toLowerCase()
      .slice(0, 16)
    for (const text of readings(JSON.stringify(told))) expect(text).not.toContain(sought)
  }
}

/** The next answer of the endpoint repeats what `pick` takes out of the request. */
function echo(
  server: MockServer,
  endpoint: Endpoint,
  pick: (request: LedgerEntry) => readonly string[],
  form: (secret: string) => string,
  error = 'invalid_request',
): string[] {
  const said: string[] = []
  server.fail(endpoint, {
    status: 400,
    body: () => {
      const secrets = pick(server.ledger.findLast((one) => one.endpoint === endpoint)!)
      said.push(...secrets)
      const text = secrets.map(form).join(' and ')
      return { error, error_description: text, error_uri: `https://id.example/?${text}` }
    },
  })
  return said
}

const params =
  (...names: string[]) =>
  ({ params: given }: LedgerEntry): string[] =>
    names.map((name) => given[name] ?? '')

/** All that the page knows of the last error. */
const told = (app: Tab): Promise<unknown> =>
  app.page.evaluate(() => {
    const { state } = window.auth
    const error = 'stale' in state ? state.stale : 'error' in state ? state.error : undefined
    return [error?.message, error?.hint, error?.stack, error?.oauth, JSON.stringify(error)]
  })

test.describe('with DPoP', () => {
  test.use({ options: { dpop: true } })

  test('T27: an error repeats nothing that was sent, in whatever form the server says it', async ({
    app,
    server,
  }) => {
    await app.open()
    for (const [name, form] of Object.entries(forms))
      await test.step(`the exchange, ${name}`, async () => {
        const pick = (request: LedgerEntry): string[] => [
          ...params('code', 'code_verifier')(request),
          request.headers['dpop'] ?? '',
        ]
        const secrets = echo(server, 'token', pick, form)
        await app.leave()
        expect(await said(app)).toBe('oauth_error')
        expect(secrets).toHaveLength(3)
        expectNone(await told(app), secrets)
      })
    await app.signIn()
    for (const [name, form] of Object.entries(forms))
      await test.step(`a refresh, ${name}`, async () => {
        const secrets = echo(server, 'token', params('refresh_token'), form)
        const { error } = await app.refresh()
        expect(error?.code).toBe('oauth_error')
        expect(secrets).toHaveLength(1)
        expectNone([error, await told(app), (await stored(app)).lease], secrets)
        await bend(app, (record) => void delete record.lease)
      })
    for (const [name, form] of Object.entries(forms))
      await test.step(`UserInfo, ${name}`, async () => {
        const pick = ({ headers }: LedgerEntry): string[] => [
          headers['authorization']!.slice(5),
          headers['dpop']!,
        ]
        const secrets = echo(server, 'userinfo', pick, form)
        const { error } = await app.attempt(() => window.auth.userInfo())
        expect(error?.code).toBe('oauth_error')
        expect(secrets).toHaveLength(2)
        expectNone(error, secrets)
      })
  })

  test('T27: an error about the issuer of an ID token repeats nothing that was sent', async ({
    app,
    server,
  }) => {
    await app.open()
    let verifier = ''
    server.fail('token', {
      body: (json) => {
        verifier = server.requests('token').at(-1)?.params['code_verifier'] ?? ''
        const change = (claims: object): object => ({ ...claims, iss: `https://${verifier}` })
        return { ...json, id_token: reclaimed(json['id_token'], change) }
      },
    })
    await app.leave()
    expect(await said(app)).toBe('invalid_id_token')
    const all = await told(app)
    expect(JSON.stringify(all)).toContain('`iss` is \\"https://…\\"')
    expectNone(all, [verifier])
  })
})

test('T27: a callback’s error repeats no secret and nothing that looks like a token', async ({
  app,
  server,
}) => {
  await app.open()
  const jwt = `eyJhbGciOiJSUzI1NiJ9.${'a1'.repeat(20)}.${'b2'.repeat(20)}`
  const trace = '0c3f2f6e-8a0b-4a55-9f3e-3d1c5a3b7c11'
  const url = await callback(app, server)
  const state = new URL(url).searchParams.get('state') ?? ''
  const description = `Trace ${trace}: ${jwt} for ${state}`
  expect(
    await arrive(
      app,
      changed(url, { code: undefined, error: 'login_required', error_description: description }),
    ),
  ).toBe('interaction_required')
  const all = await told(app)
  expectNone(all, [state, ...jwt.split('.')])
  expect(JSON.stringify(all)).toContain(`Trace ${trace}: ….….… for …`)
})

test.describe('with pushed requests', () => {
  test.use({ options: { par: true } })

  test('T27: an error of the PAR endpoint repeats nothing that was pushed', async ({
    app,
    server,
  }) => {
    await app.open()
    hold(server)
    for (const form of Object.values(forms)) {
      const names = params('state', 'nonce', 'code_challenge')
      const secrets = echo(server, 'par', names, form)
      const outcome = await app.attempt(() => window.auth.signIn())
      expect(codeOf(outcome)).toBe('oauth_error')
      expect(secrets).toHaveLength(3)
      expectNone(outcome.error, secrets)
    }
  })
})
