import { expect, test, type Tab } from '../support/fixture.js'
import { codeOf, said } from '../support/sign-in-steps.js'
import { repacked } from '../support/signed-id-tokens.js'
import { stored } from '../support/session.js'

/** JSON that is nested so deep. */
const nested = (depth: number): string => `${'{"a":['.repeat(depth / 2)}1${']}'.repeat(depth / 2)}`

const audience = /"aud":("[^"]*")/

const withClaims = (json: object, change: (payload: string) => string): object => ({
  ...json,
  id_token: repacked((json as { id_token: string }).id_token, change),
})

const names = (app: Tab): Promise<string[]> =>
  app.page.evaluate(() => {
    const { state } = window.auth
    return 'user' in state && state.user ? Object.keys(state.user) : []
  })

for (const store of ['indexeddb', 'session'] as const)
  test.describe(`in ${store}`, () => {
    test.use({ options: { store } })

    test('claims that are nested too deep are left out, and the session stays', async ({
      app,
      server,
    }) => {
      await app.open()
      for (const depth of [2500, 5000, 20_000])
        await test.step(`${depth} levels`, async () => {
          const deep = nested(depth)
          const claims = `"deep":${deep},"acr":${deep},"address":{"locality":"Ulm"}`
          const body = (json: object): unknown =>
            withClaims(json, (payload) =>
              payload.replace(/^\{/, `{${claims},`).replace(audience, '"aud":$1,"azp":$1'),
            )
          server.fail('token', { body })
          await app.leave()
          expect(await said(app)).toBe('signed-in')
          expect(await names(app)).toEqual(expect.arrayContaining(['sub', 'address']))
          // A refresh may bring a nonce, and more audiences.
          server.fail('token', {
            body: (json) =>
              withClaims(json, (payload) =>
                payload
                  .replace(/^\{/, `{"nonce":${deep},`)
                  .replace(audience, `"aud":[$1,${deep}],"azp":$1`),
              ),
          })
          expect((await app.refresh()).value?.status).toBe('signed-in')
          const { sub } = server.options.claims ?? { sub: 'user-1' }
          server.fail('userinfo', { body: `{"sub":"${String(sub)}",${claims}}` })
          expect(codeOf(await app.attempt(() => window.auth.userInfo()))).toBeUndefined()
          expect(await names(app)).not.toContain('deep')
          expect(await names(app)).not.toContain('acr')
          expect(await app.reload()).toMatchObject({ status: 'signed-in' })
          expect((await stored(app)).ended).toBeUndefined()
        })
    })
  })

test('T24: names of claims in Object.prototype end no session at a refresh', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn()
  const polluted = { nonce: 'evil', azp: 'evil', at_hash: 'evil', acr: 'evil', aud: 'evil' }
  const run = () =>
    app.page.evaluate(async (claims) => {
      const root = Object.getPrototypeOf({}) as object
      for (const [name, value] of Object.entries(claims))
        Object.defineProperty(root, name, { value, configurable: true, writable: true })
      try {
        const { status } = await window.auth.refresh()
        const user = await window.auth.userInfo()
        return [status, Object.keys(user).filter((name) => name in claims)]
      } finally {
        for (const name in claims) Reflect.deleteProperty(root, name)
      }
    }, polluted)
  server.fail('token', { idToken: { at_hash: undefined, nonce: undefined, azp: undefined } })
  expect(await run()).toEqual(['signed-in', []])
  expect(await app.reload()).toMatchObject({ status: 'signed-in' })
})
