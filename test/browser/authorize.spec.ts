import { createHash } from 'node:crypto'
import type { AuthOptions } from '../../src/index.js'
import { expect, test } from '../support/fixture.js'
import { answer, arrive, codeOf, depart, said, type Leg } from '../support/sign-in-steps.js'

test('T43: the authorize URL asks for a code with PKCE, and every secret is new', async ({
  app,
  server,
  baseURL,
}) => {
  await app.open()
  const url = await depart(app, server)
  const params = Object.fromEntries(url.searchParams)
  expect(params).toEqual({
    response_type: 'code',
    client_id: 'app',
    redirect_uri: `${baseURL}/`,
    scope: 'openid profile email offline_access',
    // How the sign-in was started, six characters that name the client, 256 random bits.
    state: expect.stringMatching(/^px1r[\w-]{6}[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  })
  expect(await arrive(app, await answer(server, url))).toBe('signed-in')
  const sent = server.requests('token')[0]?.params
  const verifier = sent?.['code_verifier'] ?? ''
  expect(verifier).toMatch(/^[\w.~-]{43,128}$/)
  expect(createHash('sha256').update(verifier).digest('base64url')).toBe(params['code_challenge'])
  expect(sent).toEqual({
    grant_type: 'authorization_code',
    client_id: 'app',
    redirect_uri: `${baseURL}/`,
    code: expect.any(String),
    code_verifier: verifier,
  })
  const second = await depart(app, server)
  for (const name of ['state', 'nonce', 'code_challenge'])
    expect(second.searchParams.get(name)?.slice(-43)).not.toBe(params[name]?.slice(-43))
})

const full: Leg = {
  prompt: 'login',
  maxAge: 0,
  acrValues: 'silver gold',
  loginHint: 'ada@example.com',
  uiLocales: 'de en',
  resource: 'https://api.example.com/',
  authorizationDetails: [{ type: 'payment', amount: 1 }],
  params: { organization: 'acme' },
}

test('every option of signIn() is sent as its parameter', async ({ app, server }) => {
  await app.open()
  const { searchParams } = await depart(app, server, { ...full, scope: 'openid one two' })
  expect(Object.fromEntries(searchParams)).toMatchObject({
    prompt: 'login',
    max_age: '0',
    acr_values: 'silver gold',
    login_hint: 'ada@example.com',
    ui_locales: 'de en',
    resource: 'https://api.example.com/',
    authorization_details: '[{"type":"payment","amount":1}]',
    organization: 'acme',
    scope: 'openid one two',
  })
})

const twoApis: Partial<AuthOptions> = {
  scope: 'openid read',
  params: { audience: 'x', organization: 'usual' },
  resources: [
    { url: '/api/one', scope: 'read one', resource: 'https://one.example/' },
    { url: '/api/two', scope: 'two one', resource: 'https://two.example/' },
  ],
}
test.describe('with resources of their own scope', () => {
  test.use({ options: twoApis })

  test('the sign-in asks for all scopes and resources, the exchange for the first one', async ({
    app,
    server,
  }) => {
    await app.open()
    const { searchParams } = await depart(app, server)
    expect(searchParams.get('scope')).toBe('openid read one two')
    expect(searchParams.getAll('resource')).toEqual([
      'https://one.example/',
      'https://two.example/',
    ])
    await test.step('params of signIn() override those of the client', async () => {
      await app.open()
      const { searchParams } = await depart(app, server, { params: { organization: 'acme' } })
      expect(searchParams.getAll('audience')).toEqual(['x'])
      expect(searchParams.getAll('organization')).toEqual(['acme'])
    })
    await test.step('the code exchange asks for the first resource', async () => {
      await app.open()
      await app.signIn()
      expect(server.requests('token')[0]?.params['resource']).toBe('https://one.example/')
    })
  })
})

test('a token requested for a resource is renewed for the same resource', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn({ resource: 'https://one.example/' })
  await app.refresh()
  const targets = server.requests('token').map(({ params }) => params['resource'])
  expect(targets).toEqual(['https://one.example/', 'https://one.example/'])
})

test('an endpoint keeps its own query, but no parameter that the request sets', async ({
  app,
  server,
}) => {
  const evil = 'client_id=evil&state=evil&response_type=token&keep=1'
  server.options.metadata = { authorization_endpoint: `${server.issuer}/authorize?${evil}` }
  await app.open()
  const { searchParams } = await depart(app, server)
  expect(searchParams.get('keep')).toBe('1')
  for (const [name, value] of searchParams) {
    expect(searchParams.getAll(name), name).toHaveLength(1)
    expect(value, name).not.toMatch(/evil|^token$/)
  }
})

test.describe('without openid', () => {
  test.use({ options: { scope: 'profile' } })

  test('there is no nonce, and no ID token is expected', async ({ app, server }) => {
    await app.open()
    const href = await depart(app, server)
    expect(href.searchParams.has('nonce')).toBe(false)
    expect(await arrive(app, await answer(server, href))).toBe('signed-in')
  })
})

const reserved = [
  'client_id',
  'client_secret',
  'redirect_uri',
  'response_type',
  'scope',
  'resource',
  'state',
  'nonce',
  'code',
  'code_challenge',
  'code_challenge_method',
  'request',
  'request_uri',
  'grant_type',
  'refresh_token',
  'code_verifier',
  'client_assertion',
  'dpop_jkt',
]

test('T25: params may set neither what the flow sets itself nor form_post', async ({
  app,
  server,
}) => {
  await app.open()
  for (const name of reserved) {
    const params = { [name]: 'mine' }
    const outcome = await app.attempt((given: Leg) => window.auth.signIn(given), { params })
    expect([name, codeOf(outcome)]).toEqual([name, 'config'])
    expect(outcome.error?.message).toContain('params')
    expect(await said(app)).toBe('config')
    for (const option of ['params', 'tokenParams']) {
      const made = await app.attempt(
        (given: object) => void window.Pixy.createAuth({ ...window.options, ...given }),
        { [option]: params },
      )
      expect([name, codeOf(made)]).toEqual([name, 'config'])
    }
  }
  // A response mode that no page can receive, and values of max_age that are no age.
  const others: Leg[] = [
    { params: { response_mode: 'form_post' } },
    { params: { max_age: 'abc' } },
    { maxAge: -1 },
    { maxAge: 0.5 },
  ]
  for (const given of others) {
    const outcome = await app.attempt((given: Leg) => window.auth.signIn(given), given)
    expect(codeOf(outcome), JSON.stringify(given)).toBe('config')
  }
  expect(server.requests('authorize')).toEqual([])
})
