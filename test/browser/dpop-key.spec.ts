import type { LedgerEntry } from '../../src/testing/index.js'
import { expect, test } from '../support/fixture.js'
import { missingFile } from '../support/missing-file.js'
import { keys, proofsIn, thumbprint, type Bound } from '../support/dpop.js'
import { answer, arrive, codeOf, depart, said } from '../support/sign-in-steps.js'
import { bend, leaks, overwrite, saying, stored, type Stored } from '../support/session.js'

test.use({ options: { dpop: true } })

const isSigned = ({ headers }: LedgerEntry): boolean => 'dpop' in headers

test('F79: a session whose key is gone or unusable ends with key_lost', async ({
  app,
  api,
  server,
}) => {
  await app.open()
  for (const [name, lose] of [
    ['gone', (record: Bound) => void Reflect.deleteProperty(record, 'key')],
    ['turned into text', (record: Bound) => void (record.key!.privateKey = {})],
  ] as [string, (record: Stored) => void][])
    for (const use of ['fetch', 'refresh'] as const)
      await test.step(`${name}, at ${use}()`, async () => {
        await app.signIn()
        const [calls, posts] = [api.seen.length, server.requests('token').length]
        await bend(app, lose)
        const outcome = await (use === 'fetch' ? app.fetch(`${api.url}me`) : app.refresh())
        expect(codeOf(outcome)).toBe('key_lost')
        expect(await saying(app)).toBe('signed-out key_lost')
        expect(server.requests('token')).toHaveLength(posts)
        expect(api.seen).toHaveLength(calls)
        expect((await stored(app)).refreshToken).toBeUndefined()
        expect(await leaks(app, server)).toEqual([])
      })

  await test.step('require() then signs in again', async () => {
    await app.signIn()
    await bend(app, (record) => void Reflect.deleteProperty(record, 'key'))
    expect(codeOf(await app.fetch(`${api.url}me`))).toBe('key_lost')
    await app.page.evaluate(() => sessionStorage.clear())
    const back = app.page.waitForEvent('load')
    await app.page.evaluate(() => void window.auth.require())
    await back
    await app.page.waitForURL(({ searchParams }) => !searchParams.has('state'))
    expect(await app.started()).toMatchObject({ status: 'signed-in' })
  })
})

test('T16: the key is Ed25519 if the server accepts nothing else', async ({ app, api, server }) => {
  for (const [offered, alg] of [
    [['RS256', 'Ed25519'], 'Ed25519'],
    [['EdDSA'], 'EdDSA'],
    [['Ed25519', 'ES256'], 'ES256'],
    ['ES256', 'ES256'],
    [undefined, 'ES256'],
  ] as const)
    await test.step(`of ${offered} it is ${alg}`, async () => {
      server.options.metadata = { dpop_signing_alg_values_supported: offered }
      await app.open()
      // The metadata is stored for a day: forget it.
      await overwrite(app)
      const url = await depart(app, server)
      expect(await arrive(app, await answer(server, url))).toBe('signed-in')
      expect(await keys(app)).toEqual(['private: no no no'])
      const jkt = await thumbprint(app)
      expect(url.searchParams.get('dpop_jkt')).toBe(jkt)
      // After a reload every request uses the key from the store.
      await app.reload()
      const before = server.ledger.length
      expect((await app.fetch(`${api.url}me`)).value?.status).toBe(200)
      expect((await app.refresh()).value?.status).toBe('signed-in')
      expect((await app.attempt(() => window.auth.userInfo())).error).toBeUndefined()
      const proofs = await proofsIn([
        ...server.ledger.slice(before).filter(isSigned),
        api.seen.at(-1)!,
      ])
      expect(proofs.map((proof) => [proof.alg, proof.jkt])).toEqual(proofs.map(() => [alg, jkt]))
      expect(proofs).toHaveLength(3)
      await app.signOut({ local: true })
      expect(await keys(app)).toEqual([])
    })
})

test('signIn() is unsupported if the server accepts no algorithm of ours', async ({
  app,
  server,
}) => {
  await app.open()
  for (const offered of [['RS256', 'ES384'], { ES256: true }, 256, 'ES2560', [{ toString: 1 }], []])
    await test.step(JSON.stringify(offered), async () => {
      server.options.metadata = { dpop_signing_alg_values_supported: offered }
      await overwrite(app)
      const { error } = await app.attempt(() => window.auth.signIn())
      expect(error?.code).toBe('unsupported')
      const told = JSON.stringify([offered].flat())
      expect(error?.hint).toContain(`\`dpop\`: the server takes ${told}.`)
    })
  expect(server.requests('authorize')).toEqual([])
})

test.describe('with the session in memory', () => {
  test.use({ options: { dpop: true, store: 'memory' } })

  test('the key is in memory too, and goes with the page', async ({ app, api }) => {
    await app.open()
    await app.signIn()
    expect((await app.fetch(`${api.url}me`)).value?.status).toBe(200)
    expect((await app.refresh()).value?.status).toBe('signed-in')
    expect(await keys(app)).toEqual([])
    expect(await app.reload()).toEqual({ status: 'signed-out' })
  })
})

test('signIn() fails with storage if the key cannot be kept over the redirect', async ({
  app,
  server,
}) => {
  await app.page.addInitScript(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('no', 'DataCloneError')
    }
  })
  await app.open()
  expect(codeOf(await app.attempt(() => window.auth.signIn()))).toBe('storage')
  expect(await said(app)).toBe('storage')
  expect(server.requests('authorize')).toEqual([])
})

test('failing to fetch the file for proofs early causes no unhandled error', async ({ app }) => {
  const file = await missingFile(app, 'dpop')
  await app.open()
  expect(await file.unhandled()).toEqual([])
  file.heal()
  await app.reload()
  await app.signIn()
})

test.describe('without `dpop`', () => {
  test.use({ options: { dpop: false } })

  test('the file for proofs is not fetched', async ({ app }) => {
    const asked: string[] = []
    app.page.on('request', (request) => asked.push(request.url()))
    await app.open()
    await app.signIn()
    expect(asked.filter((url) => /main-sign-in/.test(url)).length).toBeGreaterThan(0)
    expect(asked.filter((url) => /main-dpop/.test(url))).toEqual([])
  })
})
