import type { LedgerEntry } from '../../src/testing/index.js'
import { expect, test } from '../support/fixture.js'
import { callback, arrive, said } from '../support/sign-in-steps.js'
import { refreshes } from '../support/session.js'

const plain = { openid: false, metadata: {} }

test.describe('with a server that answers JSON only if it is asked for JSON', () => {
  test.use({ serverOptions: { form: 'unasked', exactContentType: true } })

  test('every request to it asks for JSON, without a preflight', async ({ app, server }) => {
    await app.open()
    await app.signIn()
    await app.refresh()
    await app.attempt(() => window.auth.userInfo())
    await app.page.evaluate(() => void window.auth.signOut())
    await expect.poll(() => server.requests('end_session')).toHaveLength(1)
    const asked = server.ledger.filter(
      ({ endpoint, method }) => !/authorize|end_session/.test(endpoint) && method !== 'OPTIONS',
    )
    const accepts = (entry: LedgerEntry): unknown => [entry.endpoint, entry.headers['accept']]
    const posted = asked.filter(({ method }) => method === 'POST')
    expect(asked.map(accepts)).toEqual(asked.map(({ endpoint }) => [endpoint, 'application/json']))
    expect(posted.map(({ endpoint }) => endpoint)).toEqual(['token', 'token', 'revocation'])
    for (const { headers } of posted)
      expect(headers['content-type']).toBe('application/x-www-form-urlencoded')
    // UserInfo has an `Authorization` header, which always needs one.
    const preflights = server.ledger.filter(({ method }) => method === 'OPTIONS')
    expect(preflights.map(({ endpoint }) => endpoint)).toEqual(['userinfo'])
  })
})

test.describe('with a server that always answers a form', () => {
  test.use({ serverOptions: { form: 'always' } })

  test('a sign-in and a refresh read the form', async ({ app, server }) => {
    await app.open()
    await app.signIn()
    expect(await app.refresh()).toMatchObject({ value: { status: 'signed-in' } })
    expect(refreshes(server)).toHaveLength(1)
    expect((await app.token()).value).toBeTruthy()
  })

  for (const type of ['text/plain', null])
    test(`the form is read with content type ${type}`, async ({ app, server }) => {
      const body = 'access_token=abc&scope=a%2Cb&token_type=bearer&expires_in=300'
      server.fail('token', { body, headers: { 'content-type': type } })
      await app.open()
      const there = await callback(app, server, { scope: 'a' })
      expect(await arrive(app, there)).toBe('signed-in')
      expect((await app.token()).value).toBe('abc')
    })

  test('a form with an error and status 200 is an error', async ({ app, server }) => {
    server.fail('token', {
      status: 200,
      handled: false,
      body: () => ({ error: 'bad_verification_code', error_description: 'It has expired.' }),
    })
    await app.open()
    await app.leave()
    expect(await said(app)).toBe('oauth_error')
    const told = await app.page.evaluate(() => {
      const { state } = window.auth
      return state.status === 'signed-out' ? state.error?.oauth : undefined
    })
    expect(told).toMatchObject({ error: 'bad_verification_code', description: 'It has expired.' })
  })
})

test.describe('with a plain OAuth server', () => {
  test.use({ serverOptions: plain, options: { scope: '' } })

  for (const body of ['<p>a=b</p>', 'no form', 'a page of text with a=b', ''])
    test(`"${body}" is no form`, async ({ app, server }) => {
      server.fail('token', { body, headers: { 'content-type': 'text/html' } })
      await app.open()
      await app.leave()
      expect(await said(app)).toBe('invalid_response')
    })
})
