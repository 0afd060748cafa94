import { expect, test } from '../fixture.js'

test('a person signs in, is greeted by name and calls the API', async ({ app, server, api }) => {
  server.options.claims = { sub: 'ada', name: 'Ada Lovelace' }
  server.options.idTokenClaims = ['name']
  expect(await app.open()).toEqual({ status: 'signed-out' })
  const state = await app.signIn()
  expect(state).toMatchObject({
    status: 'signed-in',
    user: { sub: 'ada', name: 'Ada Lovelace' },
    session: { issuer: server.issuer, tokenType: 'bearer' },
  })
  const answer = await app.fetch(`${api.url}me`)
  expect(answer.value).toMatchObject({ status: 200, ok: true })
  expect(JSON.parse(answer.value?.body ?? '')).toMatchObject({ sub: 'ada' })
})

test('a callback costs exactly one request, and leaves nothing of it in the address bar', async ({
  app,
  server,
}) => {
  await app.open('/deep/page?a=1#here')
  await app.leave()
  const before = server.ledger.length
  await app.started()
  const authorize = server.requests('authorize').length
  expect(authorize).toBe(1)
  expect(server.requests('token')).toHaveLength(1)
  expect(server.ledger.slice(before).filter(({ endpoint }) => endpoint !== 'token')).toEqual([])
  expect(new URL(app.page.url())).toMatchObject({
    pathname: '/deep/page',
    search: '?a=1',
    hash: '#here',
  })
})
