import { expect, test } from '../support/fixture.js'

test('a person signs in, is greeted by name in the same place and calls the API', async ({
  app,
  server,
  api,
}) => {
  server.options.claims = { sub: 'ada', name: 'Ada Lovelace' }
  server.options.idTokenClaims = ['name']
  expect(await app.open('/deep/page?a=1#here')).toEqual({ status: 'signed-out' })
  await app.leave()
  const before = server.ledger.length
  const state = await app.started()
  expect(state).toMatchObject({
    status: 'signed-in',
    user: { sub: 'ada', name: 'Ada Lovelace' },
    session: { issuer: server.issuer, tokenType: 'bearer' },
  })
  expect(server.requests('authorize')).toHaveLength(1)
  expect(server.requests('token')).toHaveLength(1)
  expect(server.ledger.slice(before).filter(({ endpoint }) => endpoint !== 'token')).toEqual([])
  expect(new URL(app.page.url())).toMatchObject({
    pathname: '/deep/page',
    search: '?a=1',
    hash: '#here',
  })
  const answer = await app.fetch(`${api.url}me`)
  expect(answer.value).toMatchObject({ status: 200, ok: true })
  expect(JSON.parse(answer.value?.body ?? '')).toMatchObject({ sub: 'ada' })
})
