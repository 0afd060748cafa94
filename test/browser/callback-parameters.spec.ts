import { expect, test, type Tab } from '../support/fixture.js'
import { expectRows, signInHere, tryHere } from '../support/signed-id-tokens.js'
import { changed, make, said, shown } from '../support/sign-in-steps.js'
import { overwrite } from '../support/session.js'

// What a callback or a token response may hold beside the expected parameters.
// See docs/conformance.md.

declare global {
  interface Window {
    readBefore: number[]
  }
}

test.use({ mode: 'manual' })

/** From now on, list how many bytes of a response body the page has each time that it reads on. */
async function watchReads({ page }: Tab): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    window.readBefore = []
    const sizes = new WeakMap<object, number>()
    const { read } = ReadableStreamDefaultReader.prototype
    ReadableStreamDefaultReader.prototype.read = async function () {
      const size = sizes.get(this) ?? 0
      window.readBefore.push(size)
      const part = await read.call(this)
      sizes.set(this, size + (part.value?.length ?? 0))
      return part
    }
  })
  return () => page.evaluate(() => window.readBefore)
}

test.beforeEach(async ({ app }) => {
  await app.page.goto('/')
})

const fine = 'signed-in'

test('tokens and unknown parameters in a callback URL are ignored', async ({ app, server }) => {
  const token = 'a-token-of-another-server'
  const extra = {
    access_token: token,
    id_token: `e30.${token}.AAAA`,
    refresh_token: token,
    token_type: 'Bearer',
    response: `e30.${token}.AAAA`,
    session_state: 'other',
    unknown: 'once',
  }
  const change = (href: string): string => changed(href, extra)
  expect(await signInHere(app, server, { change })).toBe(fine)
  expect((await app.token()).value).not.toBe(token)
  expect(await app.dump()).not.toContain(token)
  await app.signOut({ local: true })
  const alone = (href: string): string => changed(href, { ...extra, code: undefined })
  expect(await tryHere(app, server, { change: alone })).toBe('invalid_response')
  expect(await app.dump()).not.toContain(token)
})

test('the page after a sign-out ignores the state parameter', async ({ app, appOptions }) => {
  const rows = [
    ['oidcc rp-init-logout-no-state', '/'],
    ['oidcc rp-init-logout-other-state', '/?state=other'],
    ['another state, on another page', '/bye?state=https://evil.example'],
  ] as const
  await expectRows(
    rows,
    ([, path]) => ['signed-out', path],
    async ([, path]) => {
      await app.page.goto(path)
      await make(app, { ...appOptions, postLogoutRedirectUri: '/bye' })
      return [await said(app), decodeURIComponent(shown(app))]
    },
  )
})

test('a token answer is read up to a quarter of a megabyte', async ({ app, server }) => {
  const padded = (bytes: number) => (json: Record<string, unknown>) => ({
    ...json,
    more: 'x'.repeat(bytes),
  })
  const large = (json: Record<string, unknown>): unknown => ({
    ...json,
    access_token: 'a'.repeat(65_536),
  })
  const told = { idToken: { at_hash: undefined } }
  expect(await tryHere(app, server, { token: { ...told, body: large } })).toBe(fine)
  expect(await tryHere(app, server, { token: { body: padded(250_000) } })).toBe(fine)
  expect(await tryHere(app, server, { token: { body: padded(300_000) } })).toBe('invalid_response')
  const reads = await watchReads(app)
  expect(await tryHere(app, server, { token: { body: padded(5e6) } })).toBe('invalid_response')
  expect(await reads()).not.toEqual([])
  expect(Math.max(...(await reads()))).toBeLessThanOrEqual(2 ** 18)

  await test.step('at a refresh, a longer one keeps the session', async () => {
    await signInHere(app, server)
    server.fail('token', { body: padded(300_000), handled: false })
    expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
    await app.signOut({ local: true })
  })

  await test.step('metadata that is longer is refused', async () => {
    await overwrite(app)
    server.fail('openid-configuration', { body: padded(300_000) })
    server.fail('oauth-authorization-server', { body: padded(300_000) })
    expect(await tryHere(app, server, {})).toBe('discovery_failed')
  })
})
