import { expect, test } from '@playwright/test'
import {
  bearer,
  callback,
  errorOf,
  exchange,
  get,
  post,
  refresh,
  signIn,
  start,
  type Form,
} from '../support/mock-server.js'

test('token answers are forms, always or unless JSON is asked for', async () => {
  const json = { accept: 'application/json' }
  for (const [form, headers, isForm] of [
    ['always', {}, true],
    ['always', json, true],
    ['unasked', {}, true],
    ['unasked', json, false],
    [undefined, {}, false],
  ] as const) {
    const server = start(form ? { form } : {})
    const answer = await post(server, 'token', { grant_type: 'none' }, { headers })
    const text = await answer.text()
    expect([answer.status, text.startsWith('error=unsupported_grant_type&')]).toEqual([400, isForm])
  }
})

test('a content type with a charset is refused if it must be exact', async () => {
  const server = start({ exactContentType: true })
  expect((await exchange(server)).status).toBe(415)
  expect((await get(server, 'userinfo', {}, bearer('none'))).status).toBe(401)
})

test('a URL that is too long gets 431', async () => {
  const server = start({ maxUrl: 100 })
  expect((await get(server, 'end_session', { id_token_hint: 'x'.repeat(100) })).status).toBe(431)
  expect((await get(server, 'end_session')).status).toBe(200)
})

test('a post-logout redirect URI is compared exactly with those that are registered', async () => {
  const server = start({ postLogoutRedirectUris: ['http://app.test'] })
  const leave = async (post_logout_redirect_uri: string): Promise<number> =>
    (await get(server, 'end_session', { post_logout_redirect_uri })).status
  expect(await leave('http://app.test')).toBe(302)
  expect(await leave('http://app.test/')).toBe(400)
  expect((await get(server, 'end_session')).status).toBe(200)
})

test('a sign-out without a required parameter stays at the server', async () => {
  const server = start({ logoutWants: ['state'] })
  const params = { post_logout_redirect_uri: 'http://app.test' }
  expect((await get(server, 'end_session', params)).status).toBe(200)
  expect((await get(server, 'end_session', { ...params, state: 's' })).status).toBe(302)
})

test('a consent that is remembered is not asked for again', async () => {
  const server = start({ remembersConsent: true })
  const asked: (string | null)[] = []
  server.consent = (params) => {
    asked.push(params.get('scope'))
    return { subject: `user-${asked.length}`, claims: { role: 'x' } }
  }
  const subjects: unknown[] = []
  for (const extra of [
    { scope: 'openid email' },
    { scope: 'openid' },
    { scope: 'openid orders' },
    { scope: 'openid', client_id: 'other' },
    { scope: 'openid', prompt: 'login consent' },
  ] as Record<string, string>[]) {
    const { code } = await callback(server, extra)
    const tokens = (await (await exchange(server, code, extra)).json()) as Record<string, string>
    subjects.push(server.verify(tokens['access_token'] ?? '')?.['sub'])
  }
  expect(asked).toEqual(['openid email', 'openid orders', 'openid', 'openid'])
  expect(subjects).toEqual(['user-1', 'user-1', 'user-2', 'user-3', 'user-4'])
})

test('an audience applies to the access token, and a refresh cannot change it', async () => {
  const [orders, reports] = ['https://orders.test/', 'https://reports.test/']
  const server = start({ audiences: [orders, reports] })
  const tokens = await signIn(server, { audience: orders })
  expect(server.verify(tokens['access_token'] ?? '')).toMatchObject({ aud: orders })
  const token = tokens['refresh_token']
  expect(await errorOf(refresh(server, token, { audience: reports }))).toEqual([
    400,
    'invalid_request',
  ])
  const next = (await (await refresh(server, token, { audience: orders })).json()) as Form
  expect(server.verify(next['access_token'] ?? '')).toMatchObject({ aud: orders })
  expect(await callback(server, { audience: `${orders} https://no.test/` })).toMatchObject({
    error: 'invalid_request',
  })
  delete server.options.audiences
  expect(await callback(server, { audience: 'https://no.test/' })).toHaveProperty('code')
})
