import type { AuthOptions } from '../../src/index.js'
import { expect, test, type Tab } from '../support/fixture.js'
import { answer, changed, depart, make, said, shown } from '../support/sign-in-steps.js'
import { eachRow } from '../support/rows.js'

// Many callbacks in one page: each is put into the address bar, where a new client finds it.
test.use({ mode: 'manual' })

/** The state and the address bar after this callback, and the server's OAuth error. */
function comesBack(tab: Tab, href: string, options: AuthOptions) {
  return tab.page.evaluate(
    async ([url, given]) => {
      window.auth?.dispose()
      history.replaceState(null, 'by the test', url)
      window.auth = window.Pixy.createAuth(given)
      const state = await window.auth.start()
      const { code, oauth } = ('error' in state && state.error) || {}
      return { says: code ?? state.status, oauth, at: location.href.slice(origin.length) }
    },
    [href, options] as const,
  )
}

const prepare = (tab: Tab): Promise<string> =>
  tab.page.evaluate(() => window.auth.signInUrl({ returnTo: '/deep?a=1#here' }))

const refusals: [error: string, code: string][] = [
  ['access_denied', 'access_denied'],
  ['interaction_required', 'interaction_required'],
  ['login_required', 'interaction_required'],
  ['consent_required', 'access_denied'],
  ['account_selection_required', 'interaction_required'],
  ['server_error', 'server_error'],
  ['temporarily_unavailable', 'server_error'],
  ['invalid_scope', 'oauth_error'],
  ['unheard_of', 'oauth_error'],
]

test('F53, F54, F55: an error response is shown in place and starts no new sign-in', async ({
  app,
  server,
  appOptions,
}) => {
  await app.page.goto('/')
  await make(app, appOptions)
  await eachRow(refusals, async (error, code) => {
    server.consent = { error, errorDescription: 'Not today.' }
    const href = await answer(server, await prepare(app))
    const asked = server.requests('authorize').length
    expect(await comesBack(app, href, appOptions)).toEqual({
      says: code,
      oauth: { error, description: 'Not today.', uri: undefined },
      at: '/deep?a=1#here',
    })
    // Not even require() starts a sign-in: the user has to.
    const required = await app.attempt(() => window.auth.require())
    expect(required.error).toMatchObject({
      code: 'not_signed_in',
      hint: expect.stringContaining('once in 30 s'),
    })
    expect(server.requests('authorize')).toHaveLength(asked)
    expect(server.requests('token')).toEqual([])
  })
  server.consent = {}
  expect(await comesBack(app, await answer(server, await prepare(app)), appOptions)).toMatchObject({
    says: 'signed-in',
  })
})

test('F55: an error without state is shown, and the sign-in under way goes on', async ({
  app,
  server,
  appOptions,
}) => {
  const nameless = `/?error=access_denied&iss=${encodeURIComponent(server.issuer)}`
  await app.page.goto('/')
  await make(app, appOptions)
  expect(await comesBack(app, nameless, appOptions)).toMatchObject({
    says: 'signed-out',
    at: nameless,
  })
  const href = await answer(server, await depart(app, server, { returnTo: '/deep' }))
  expect(await comesBack(app, nameless, appOptions)).toMatchObject({
    says: 'access_denied',
    at: '/deep',
  })
  expect(await comesBack(app, href, appOptions)).toMatchObject({ says: 'signed-in' })
})

const odd: [name: string, params: Parameters<typeof changed>[1]][] = [
  ['both a code and an error', { error: 'access_denied' }],
  ['two codes', { code: ['one', 'two'] }],
  ['no code', { code: undefined }],
  ['an empty code', { code: '' }],
  ['two errors', { code: undefined, error: ['access_denied', 'server_error'] }],
  ['two issuers', { iss: ['one', 'two'] }],
]

test('F56: an ambiguous callback is refused, and its code is never sent', async ({
  app,
  server,
  appOptions,
}) => {
  await app.page.goto('/')
  await make(app, appOptions)
  await eachRow(odd, async (_name, params) => {
    const href = changed(await answer(server, await prepare(app)), params)
    expect(await comesBack(app, href, appOptions)).toMatchObject({
      says: 'invalid_response',
      at: '/deep?a=1#here',
    })
  })
  const twice = `${await answer(server, await prepare(app))}&state=other`
  expect(await comesBack(app, twice, appOptions)).toMatchObject({ says: 'invalid_response' })
  expect(server.requests('token')).toEqual([])
  expect(await said(app)).toBe('invalid_response')
  expect(shown(app)).toBe('/deep?a=1#here')
})
