import { expect, test } from '@playwright/test'
import { bearer, exchange, get, post, start } from '../support/mock-server.js'

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

test('a content type that says more is refused where it must be exact', async () => {
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

test('a sign-out without what the server wants goes nowhere', async () => {
  const server = start({ logoutWants: ['state'] })
  const params = { post_logout_redirect_uri: 'http://app.test' }
  expect((await get(server, 'end_session', params)).status).toBe(200)
  expect((await get(server, 'end_session', { ...params, state: 's' })).status).toBe(302)
})
