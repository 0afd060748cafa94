import { expect } from '@playwright/test'
import type { AuthError } from '../../src/errors.js'
import { call, refusal, stale, test, tokens } from '../support/vault-api.js'

// Which token a call goes out with, and what follows when the API refuses it.

test('a token that the API refuses is renewed, and the call is sent once more', async ({
  open,
}) => {
  const api = await open()
  api.answers = [stale]
  expect((await call(api)).status).toBe(200)
  expect(api.refreshes()).toMatchObject([{ grant_type: 'refresh_token' }])
  const [first, second] = tokens(api)
  expect(first).toMatch(/^Bearer ./)
  expect(second).not.toBe(first)
  // Refused again a moment later, it is not renewed again.
  api.answers = [stale]
  expect((await call(api)).status).toBe(401)
  expect([api.refreshes().length, api.seen.length]).toEqual([1, 3])
})

for (const [what, answer, count] of [
  ['a 401 without a challenge', refusal(), 1],
  ['a 401 for another scope', refusal('Bearer error="insufficient_scope"'), 0],
  ['a 401 whose reason only begins so', refusal('Bearer error="invalid_tokens"'), 0],
  ['a 401 of another scheme first', refusal('Basic realm="a", Bearer error=invalid_token'), 1],
  ['a quoted reason', refusal('Bearer realm="a, b", error="invalid\\_token"'), 1],
  ['a 403', () => new Response('', { status: 403 }), 0],
] as const)
  test(`${what}: ${count === 0 ? 'no' : 'a'} refresh`, async ({ open }) => {
    const api = await open()
    api.answers = [answer]
    await call(api)
    expect(api.refreshes()).toHaveLength(count)
    expect(api.seen).toHaveLength(1 + count)
  })

const stepUp = 'Bearer error="insufficient_user_authentication"'
const more = 'Bearer error="insufficient_scope"'
const [wantsStepUp, wantsScope] = ['step_up_required', 'insufficient_scope']

for (const [what, status, challenge, wanted] of [
  [
    'a stronger and more recent sign-in',
    401,
    `${stepUp}, acr_values="gold silver", max_age="60"`,
    [wantsStepUp, { acrValues: 'gold silver', maxAge: 60 }],
  ],
  ['a sign-in of no age that is known', 401, `${stepUp}, max_age="soon"`, [wantsStepUp, {}]],
  ['a stronger sign-in, but forbids it', 403, stepUp, undefined],
  ['more scope', 403, `${more}, scope="a b"`, [wantsScope, { scope: 'a b' }]],
  ['more scope, but does not say which', 403, more, [wantsScope, {}]],
  ['a scope that is none', 403, `${more}, scope="a\\"b"`, [wantsScope, {}]],
  ['a scope without an end', 403, `${more}, scope="${'a'.repeat(1001)}"`, [wantsScope, {}]],
] as const)
  test(`an API that wants ${what}`, async ({ open }) => {
    const api = await open()
    api.answers = [() => new Response('', { status, headers: { 'www-authenticate': challenge } })]
    const got = await call(api).then(
      ({ ok }) => ok,
      ({ code, acrValues, maxAge, scope }: AuthError) => [code, { acrValues, maxAge, scope }],
    )
    expect(got).toEqual(wanted ?? false)
    expect([api.seen.length, api.refreshes().length]).toEqual([1, 0])
  })

test('a body is sent again as it was; one that can be sent once is not', async ({ open }) => {
  const api = await open()
  api.answers = [stale]
  const post = { method: 'POST', body: 'the body' }
  expect((await call(api, post)).status).toBe(200)
  expect(api.seen.map(([, body]) => body)).toEqual(['the body', 'the body'])
  const once = await open()
  once.answers = [stale]
  expect((await call(once, post, true)).status).toBe(401)
  expect([once.seen.length, once.refreshes().length]).toEqual([1, 1])
})

test('two calls that are refused at once are one refresh', async ({ open }) => {
  const api = await open()
  api.answers = [stale, stale]
  const answers = await Promise.all([call(api), call(api)])
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(api.refreshes()).toHaveLength(1)
  expect(api.seen).toHaveLength(4)
})

test('if no other token comes, the app gets the 401', async ({ open, room }) => {
  const api = await open()
  api.answers = [stale]
  room.server.fail('token', { status: 400, body: () => ({ error: 'invalid_client' }) })
  expect((await call(api)).status).toBe(401)
  expect([api.seen.length, api.refreshes().length]).toEqual([1, 1])
})

test('without a refresh token the app gets the 401', async ({ open }) => {
  const api = await open({ scope: 'openid' })
  api.answers = [stale]
  expect((await call(api)).status).toBe(401)
  expect([api.seen.length, api.refreshes().length]).toEqual([1, 0])
})

test('a refused answer whose body cannot be cancelled causes no error', async ({ open }) => {
  const api = await open()
  const body = () => new ReadableStream({ cancel: () => Promise.reject(new Error('gone')) })
  const headers = { 'www-authenticate': 'Bearer error="invalid_token"' }
  api.answers = [() => new Response(body(), { status: 401, headers })]
  const heard: unknown[] = []
  const hear = (reason: unknown): void => void heard.push(reason)
  process.on('unhandledRejection', hear)
  expect((await call(api)).status).toBe(200)
  await new Promise((done) => setTimeout(done, 0))
  process.off('unhandledRejection', hear)
  expect(heard).toEqual([])
})

test('wrong options of a call for a token are refused by name', async ({ open }) => {
  const { vault, refreshes } = await open()
  for (const options of [{ scope: 7 }, { minTtl: '7' }, { minTtl: -1 }, { minTtl: NaN }])
    await expect(vault.getAccessToken(options as never)).rejects.toMatchObject({ code: 'config' })
  expect(await vault.getAccessToken({ minTtl: 0 })).not.toBe('')
  expect(refreshes()).toEqual([])
})

test('getAccessToken() with a scope requests a token of that scope', async ({ open, room }) => {
  const resource = 'https://api.example/'
  const api = await open({ resources: [{ url: `${room.server.issuer}/api/`, resource }] })
  const first = await api.vault.getAccessToken({})
  expect(await api.vault.getAccessToken({ scope: 'openid' })).not.toBe(first)
  expect(api.refreshes()).toMatchObject([{ scope: 'openid', resource }])
  await api.vault.refresh()
  expect(api.refreshes()[1]).toMatchObject({ resource })
  expect(api.refreshes()[1]).not.toHaveProperty('scope')
  const plain = await open()
  await plain.vault.refresh()
  expect(plain.refreshes()[0]).not.toHaveProperty('resource')
  expect(plain.refreshes()[0]).not.toHaveProperty('scope')
})

test('refresh() makes no request while the device is offline', async ({ open }) => {
  const api = await open()
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
  Object.defineProperty(globalThis, 'navigator', { value: { onLine: false }, configurable: true })
  try {
    await expect(api.vault.refresh()).rejects.toMatchObject({ code: 'network' })
    expect(api.refreshes()).toEqual([])
  } finally {
    if (before) Object.defineProperty(globalThis, 'navigator', before)
    else Reflect.deleteProperty(globalThis, 'navigator')
  }
})
