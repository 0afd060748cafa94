import { expect, test } from '@playwright/test'
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose'
import {
  start,
  get,
  signIn,
  refresh,
  errorOf,
  outcomes,
  type Form,
} from '../support/mock-server.js'

const { now } = Date
test.afterEach(() => void (Date.now = now))

/** Let so many seconds go by for the server. */
function pass(seconds: number): void {
  const { now: before } = Date
  Date.now = () => before() + seconds * 1000
}

test('a refresh rotates, and may narrow the scope but not widen it', async () => {
  const server = start()
  const resource = 'http://api.test/'
  const first = await signIn(server, { resource })
  const narrow = { scope: 'openid', resource }
  const answer = await refresh(server, first.refresh_token, narrow)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const second = (await answer.json()) as Form
  expect(second).toMatchObject({ scope: 'openid', token_type: 'Bearer', expires_in: 300 })
  expect(server.verify(second.access_token!)).toMatchObject({ scope: 'openid', aud: resource })
  const ids = [first, second].map((tokens) => decodeJwt(tokens.access_token!).jti)
  expect(new Set(ids).size).toBe(2)
  const token = second.refresh_token
  expect(token).not.toBe(first.refresh_token)
  expect(await errorOf(refresh(server, token, { scope: 'admin' }))).toEqual([400, 'invalid_scope'])
  const foreign = { resource: 'http://b.test/' }
  expect(await errorOf(refresh(server, token, foreign))).toEqual([400, 'invalid_target'])
  const other = { client_id: 'other' }
  expect(await errorOf(refresh(server, token, other))).toEqual([400, 'invalid_grant'])
  expect((await refresh(server, token)).status).toBe(200)
  expect(await signIn(server, { scope: 'openid' })).not.toHaveProperty('refresh_token')
  expect(await signIn(server, { scope: 'offline_access' })).not.toHaveProperty('id_token')
})

test('of two presentations at one instant the second is reuse, and the family dies', async () => {
  const server = start()
  const { refresh_token: token } = await signIn(server)
  const both = await Promise.all([refresh(server, token), refresh(server, token)])
  expect(both.map((answer) => answer.status)).toEqual([200, 400])
  const heir = (await both[0].json()) as Form
  expect(await errorOf(refresh(server, heir.refresh_token))).toEqual([400, 'invalid_grant'])
  expect(server.verify(heir.access_token!)).toBeUndefined()
  expect(outcomes(server)).toEqual(['rotated', 'reused', 'refused'])
  expect(server.refreshTokenUses[0]?.refreshToken).toBe(token)
})

test('within the grace time a rotated token is answered once more', async () => {
  const server = start({ reuseGrace: 60 })
  const { refresh_token: token } = await signIn(server)
  for (const status of [200, 200, 400]) expect((await refresh(server, token)).status).toBe(status)
  expect(outcomes(server)).toEqual(['rotated', 'rotated', 'reused'])

  const { refresh_token: late } = await signIn(server)
  await refresh(server, late)
  pass(61)
  expect((await refresh(server, late)).status).toBe(400)
})

test('without rotation the refresh token stays, and is not sent again', async () => {
  const server = start({ rotate: false })
  const { refresh_token: token } = await signIn(server)
  await refresh(server, token)
  expect(await (await refresh(server, token)).json()).not.toHaveProperty('refresh_token')
  expect(outcomes(server)).toEqual(['kept', 'kept'])
})

test('tokens end when the test says so, and when they expire', async () => {
  const server = start({ accessTokenLifetime: 60 })
  const { access_token: old = '', refresh_token: token } = await signIn(server)
  expect(server.verify(old)).toMatchObject({ scope: 'openid offline_access' })
  server.expireAccessTokens()
  expect(server.verify(old)).toBeUndefined()
  const { access_token: next = '', refresh_token: heir } = (await (
    await refresh(server, token)
  ).json()) as Form
  expect(server.verify(next)).toBeDefined()
  pass(60)
  expect(server.verify(next)).toBeUndefined()
  const { access_token: last = '' } = await signIn(server)
  server.revokeGrants()
  expect(server.verify(last)).toBeUndefined()
  expect(await errorOf(refresh(server, heir))).toEqual([400, 'invalid_grant'])
})

test('new keys take the old ones out of the JWKS', async () => {
  const server = start()
  const { id_token: token = '' } = await signIn(server)
  const jwks = async () =>
    createLocalJWKSet((await (await get(server, 'jwks')).json()) as JSONWebKeySet)
  await jwtVerify(token, await jwks())
  await server.rotateKeys()
  await expect(jwtVerify(token, await jwks())).rejects.toThrow('no applicable key')
  await jwtVerify((await signIn(server)).id_token!, await jwks())
})

test('a refresh token is accepted again soon after its issue, as is the one before', async () => {
  const server = start({ reuseInterval: 60 })
  const { refresh_token: first } = await signIn(server)
  const next = async (token = ''): Promise<string | undefined> =>
    ((await (await refresh(server, token)).json()) as Form).refresh_token
  expect(await next(first)).toBe(first)
  pass(61)
  const second = await next(first)
  expect(second).not.toBe(first)
  expect(await Promise.all([next(first), next(first), next(second)])).toEqual(Array(3).fill(second))
  expect(outcomes(server)).toEqual(['kept', 'rotated', 'kept', 'kept', 'kept'])
  pass(61)
  expect(await errorOf(refresh(server, first))).toEqual([400, 'invalid_grant'])
})

test('a reuse may leave the access tokens valid', async () => {
  const server = start({ reuseSparesAccess: true })
  const { refresh_token: first, access_token: token = '' } = await signIn(server)
  const { refresh_token: second } = (await (await refresh(server, first)).json()) as Form
  for (const dead of [first, second])
    expect(await errorOf(refresh(server, dead))).toEqual([400, 'invalid_grant'])
  expect(outcomes(server)).toEqual(['rotated', 'reused', 'refused'])
  expect(server.verify(token)).toBeDefined()
})
