import { expect } from '@playwright/test'
import { call, refusal, stale, test, tokens } from '../support/vault-api.js'
import { mapStore } from '../support/vault.js'

// What follows when the API refuses a token: another token, a demand, or the refusal itself.

const challenged = (status: number, challenge: string) => () =>
  new Response('', { status, headers: { 'www-authenticate': challenge } })

test('a demand of the API rejects the call, and costs no refresh', async ({ open }) => {
  const api = await open()
  for (const [status, error, code, demand] of [
    [403, 'insufficient_scope', 'insufficient_scope', { scope: 'admin' }],
    [401, 'insufficient_user_authentication', 'step_up_required', { acrValues: 'gold' }],
  ] as const) {
    api.answers = [challenged(status, `Bearer error="${error}", scope="admin", acr_values="gold"`)]
    await expect(call(api)).rejects.toMatchObject({ code, ...demand })
  }
  expect([api.seen.length, api.refreshes().length]).toEqual([2, 0])
})

test('a 403 starts no refresh, whatever its challenge', async ({ open }) => {
  const api = await open()
  api.answers = [challenged(403, 'Bearer error="invalid_token"')]
  expect((await call(api)).status).toBe(403)
  expect([api.seen.length, api.refreshes().length]).toEqual([1, 0])
})

test('the first of several reasons in a challenge counts', async ({ open }) => {
  const api = await open()
  const second = 'DPoP error="insufficient_user_authentication"'
  api.answers = [refusal(`Bearer error="invalid_token", ${second}`)]
  expect((await call(api)).status).toBe(200)
  expect(api.refreshes()).toHaveLength(1)
})

test('a call is repeated once with a token that was renewed meanwhile', async ({ open }) => {
  const api = await open()
  // The token is refused, and renewed while the refusal is on its way.
  const late = async (): Promise<Response> => {
    await api.vault.refresh()
    return stale()
  }
  api.answers = [late, stale]
  expect((await call(api)).status).toBe(401)
  expect([api.seen.length, api.refreshes().length]).toEqual([2, 1])
})

test('a call that is refused late uses the token that another call has renewed', async ({
  open,
}) => {
  const api = await open()
  let answer = (): void => {}
  const held = new Promise<void>((resolve) => (answer = resolve))
  api.answers = [() => held.then(stale), stale]
  const late = call(api)
  await expect.poll(() => api.seen.length).toBe(1)
  expect((await call(api)).status).toBe(200)
  answer()
  expect((await late).status).toBe(200)
  expect(api.refreshes()).toHaveLength(1)
  const [first, second, ...rest] = tokens(api)
  expect(second).toBe(first)
  expect(new Set(rest).size).toBe(1)
})

test('a refusal writes nothing to the store if no token can be renewed', async ({ open }) => {
  const store = mapStore()
  let updates = 0
  const update: typeof store.update = (key, fn) => ((updates += 1), store.update(key, fn))
  const api = await open({ scope: 'openid', store: { get: store.get, update } })
  const before = updates
  api.answers = [stale]
  expect((await call(api)).status).toBe(401)
  expect(updates).toBe(before)
})

test('if the refresh ends the session, the app gets the 401', async ({ open, room }) => {
  const api = await open()
  api.answers = [stale]
  room.server.revokeGrants()
  expect((await call(api)).status).toBe(401)
  expect(await api.vault.open(undefined)).toMatchObject({ status: 'signed-out' })
})
