import { expect, test } from '../support/fixture.js'
import { missingFile } from '../support/missing-file.js'
import { expire } from '../support/session.js'
import { arrive, asked, codeOf, hold, shown } from '../support/sign-in-steps.js'
import { demanded, want } from '../support/step-up.js'

test.beforeEach(async ({ app }) => {
  await app.open('/desk?a=1')
  await app.signIn()
})

const code = 'step_up_required'
const none = { acrValues: undefined, maxAge: undefined }
const error = 'error="insufficient_user_authentication"'

const challenges: [challenge: string, status: number, outcome: object | number][] = [
  [
    `Bearer ${error}, acr_values="gold silver", max_age="60"`,
    401,
    { code, acrValues: 'gold silver', maxAge: 60 },
  ],
  [`DPoP ${error}, max_age=0`, 401, { code, acrValues: undefined, maxAge: 0 }],
  [`Basic realm="a", Bearer ${error}, acr_values=gold`, 401, { code, ...none, acrValues: 'gold' }],
  [`Bearer ${error}`, 401, { code, ...none }],
  [`Bearer ${error}, max_age="soon"`, 401, { code, ...none }],
  [`Bearer ${error}, max_age="-1"`, 401, { code, ...none }],
  [`Bearer ${error}, max_age="1e99"`, 401, { code, ...none }],
  [`Bearer ${error}, max_age="9999999999"`, 401, { code, ...none }],
  [`Bearer ${error}, acr_values="gold"`, 403, 403],
  ['Bearer error="insufficient_funds"', 401, 401],
]

test('F74: a call that needs a stronger sign-in rejects, and says what the API wants', async ({
  app,
  api,
  server,
}) => {
  for (const [challenge, status, outcome] of challenges) {
    api.seen.length = 0
    const headers = { 'www-authenticate': challenge }
    api.handler = () => new Response('', { status, headers })
    expect(await demanded(app, `${api.url}me`), challenge).toEqual(outcome)
    expect(api.seen, challenge).toHaveLength(1)
  }
  expect(server.refreshTokenUses).toEqual([])
  expect(server.requests('authorize')).toHaveLength(1)
  expect(await app.state()).toMatchObject({ status: 'signed-in' })
  api.handler = undefined
  expect(await demanded(app, `${api.url}me`)).toBe(200)

  await test.step('with an old token: after the refresh', async () => {
    want(api, server, { acrValues: 'gold' })
    server.expireAccessTokens()
    api.seen.length = 0
    expect(await demanded(app, `${api.url}me`)).toEqual({ code, ...none, acrValues: 'gold' })
    expect(api.seen).toHaveLength(2)
  })

  await test.step('a sign-in with what the error says is enough', async () => {
    await app.signIn({ acrValues: 'gold' })
    expect(await demanded(app, `${api.url}me`)).toBe(200)
  })
})

test('the app gets the 401 if CORS hides its challenge', async ({ app, api, server }) => {
  want(api, server, { maxAge: -1 })
  api.exposes = false
  expect(await demanded(app, `${api.url}me`)).toBe(401)
  expect(server.refreshTokenUses).toHaveLength(1)
})

test('a call without a token demands no step-up', async ({ app, api }) => {
  await app.page.evaluate((url) => {
    const resources = [{ url, anonymous: true }]
    window.auth = window.Pixy.createAuth({ ...window.options, clientId: 'other', resources })
  }, api.url)
  const headers = { 'www-authenticate': `Bearer ${error}` }
  api.handler = () => new Response('', { status: 401, headers })
  expect(await demanded(app, `${api.url}me`)).toBe(401)
})

test.describe("stepUp: 'reject'", () => {
  test.use({ options: { stepUp: 'reject' } })

  test('sends no user to the server', async ({ app, api, server }) => {
    want(api, server, { acrValues: 'gold' })
    const before = server.requests('authorize').length
    await app.page.mouse.click(5, 5)
    expect(codeOf(await app.fetch(`${api.url}me`))).toBe(code)
    expect(codeOf(await app.fetch(`${api.url}me`))).toBe(code)
    expect(server.requests('authorize')).toHaveLength(before)
  })
})

test.describe("stepUp: 'redirect'", () => {
  test.use({ options: { stepUp: 'redirect' } })

  test('the user signs in again and comes back; the call rejects with the demand', async ({
    app,
    api,
    server,
  }) => {
    want(api, server, { acrValues: 'gold', maxAge: 300 })
    const back = app.page.waitForEvent('load')
    expect(codeOf(await app.fetch(`${api.url}me`))).toBe(code)
    await back
    await app.started()
    expect(server.requests('authorize').at(-1)?.params).toMatchObject({
      acr_values: 'gold',
      max_age: '300',
    })
    expect(shown(app)).toBe('/desk?a=1')
    expect(api.seen).toHaveLength(1)
    expect(await demanded(app, `${api.url}me`)).toBe(200)
  })

  test('without the file that redirects, the call rejects with what the API wants', async ({
    app,
    api,
    server,
  }) => {
    await missingFile(app, 'step-up')
    want(api, server, { acrValues: 'gold' })
    expect(await demanded(app, `${api.url}me`)).toEqual({ code, ...none, acrValues: 'gold' })
  })

  test('T39: an API that demands for ever sends the user away once in 30 s', async ({
    app,
    api,
    server,
  }) => {
    want(api, server, { maxAge: -1 })
    const before = server.requests('authorize').length
    const back = app.page.waitForEvent('load')
    const all = await Promise.all([1, 2, 3].map(() => app.fetch(`${api.url}me`)))
    expect(all.map(codeOf)).toEqual([code, code, code])
    await back
    await app.started()
    expect(codeOf(await app.fetch(`${api.url}me`))).toBe(code)
    hold(server)

    await test.step('a click of the user is another matter', async () => {
      want(api, server, { acrValues: 'gold' })
      await app.page.mouse.click(5, 5)
      expect(codeOf(await app.fetch(`${api.url}me`))).toBe(code)
      const { searchParams } = await asked(server, before + 2)
      expect(searchParams.get('acr_values')).toBe('gold')
    })
  })

  test('an API that demands nothing in particular makes the user sign in again', async ({
    app,
    api,
    server,
  }) => {
    const headers = { 'www-authenticate': `Bearer ${error}` }
    api.handler = () => new Response('', { status: 401, headers })
    hold(server)
    const before = server.requests('authorize').length
    expect(codeOf(await app.fetch(`${api.url}me`))).toBe(code)
    expect((await asked(server, before + 1)).searchParams.get('prompt')).toBe('login')
  })

  test('other failures of a call lead to no sign-in', async ({ app, api, server }) => {
    const before = server.requests('authorize').length
    await app.page.mouse.click(5, 5)
    api.handler = () => Response.error()
    expect((await app.fetch(`${api.url}me`)).error?.name).toBe('TypeError')
    api.handler = () => new Response('', { status: 403 })
    expect((await app.fetch(`${api.url}me`)).value?.status).toBe(403)
    await expire(app)
    server.revokeGrants()
    expect(codeOf(await app.fetch(`${api.url}me`))).toBe('session_ended')
    expect(server.requests('authorize')).toHaveLength(before)
  })

  test('T39: a server that gives a lower `acr` keeps the session, and calls reject', async ({
    app,
    api,
    server,
  }) => {
    want(api, server, { acrValues: 'gold' })
    server.fail('token', { idToken: { acr: 'bronze' } })
    const back = app.page.waitForEvent('load')
    await app.fetch(`${api.url}me`)
    await back
    await app.started()
    expect(await app.state()).toMatchObject({ status: 'signed-in' })
    expect(codeOf(await app.fetch(`${api.url}me`))).toBe(code)
    expect(await arrive(app, '/')).toBe('signed-in')
  })
})
