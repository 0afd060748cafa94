import { get as httpGet } from 'node:http'
import { expect, test } from '@playwright/test'
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import { serve } from '../support/node-server.js'
import {
  issuer,
  start,
  get,
  signIn,
  refresh,
  errorOf,
  outcomes,
  reset,
  text,
  type Form,
} from '../support/mock-server.js'

test('faults change status, headers and body, in the order they were set', async () => {
  const server = start()
  const { refresh_token: token } = await signIn(server)
  server.fail('token', { status: 400, body: '', handled: false }, 2)
  server.fail('token', {
    body: (json) => ({ ...json, id_token: undefined, expires: `${json['expires_in']}` }),
  })
  server.fail('token', { status: 503, headers: { 'retry-after': '7', 'content-type': null } })
  for (const _ of [1, 2]) {
    const answer = await refresh(server, token)
    expect([answer.status, await answer.text()]).toEqual([400, ''])
  }
  expect(server.refreshTokenUses).toEqual([])
  const odd = (await (await refresh(server, token)).json()) as Form
  expect(odd).toMatchObject({ expires: '300' })
  expect(odd).not.toHaveProperty('id_token')
  const busy = await refresh(server, odd.refresh_token)
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '7'])
  expect(busy.headers.has('content-type')).toBe(false)
  const kept = (await busy.json()) as Form
  expect((await refresh(server, kept.refresh_token)).status).toBe(200)
})

test('a fault may put other claims into a properly signed ID token', async () => {
  const server = start()
  server.fail('token', { idToken: { sub: 'eve', auth_time: 0, at_hash: undefined } })
  const { id_token: token = '' } = await signIn(server)
  const keys = createLocalJWKSet((await (await get(server, 'jwks')).json()) as JSONWebKeySet)
  const { payload } = await jwtVerify(token, keys)
  expect(payload).toMatchObject({ sub: 'eve', auth_time: 0 })
  expect(payload).not.toHaveProperty('at_hash')
})

test('a connection cut before leaves the token unused, one cut after does not', async () => {
  const server = start()
  const { refresh_token: token } = await signIn(server)
  server.fail('token', { drop: 'before' })
  server.fail('token', { drop: 'after' })
  await expect(refresh(server, token)).rejects.toMatchObject(reset)
  expect(outcomes(server)).toEqual([])
  await expect(refresh(server, token)).rejects.toMatchObject(reset)
  expect(outcomes(server)).toEqual(['rotated'])
  expect(server.requests('token').map((entry) => entry.status)).toEqual([200, undefined, undefined])
  expect(await errorOf(refresh(server, token))).toEqual([400, 'invalid_grant'])
})

test('an answer hangs until it is healed or given up', async () => {
  const server = start()
  const { refresh_token: token } = await signIn(server)
  server.fail('token', { hang: true }, Infinity)
  const abort = new AbortController()
  const hang = (signal?: AbortSignal) =>
    expect(refresh(server, token, {}, signal && { signal })).rejects.toMatchObject(reset)
  const before = server.requests('token').length
  const [givenUp, healed] = [hang(abort.signal), hang()]
  await expect.poll(() => server.requests('token')).toHaveLength(before + 2)
  abort.abort()
  await givenUp
  await hang(abort.signal)
  server.heal()
  await healed
  expect(outcomes(server)).toEqual([])
})

test('a late answer comes after its delay, or when it is healed', async () => {
  const server = start()
  server.fail('jwks', { delay: 30 })
  server.fail('jwks', { delay: 60_000 })
  const before = performance.now()
  expect((await get(server, 'jwks')).status).toBe(200)
  expect(performance.now() - before).toBeGreaterThan(25)
  const late = get(server, 'jwks')
  await expect.poll(() => server.requests('jwks')).toHaveLength(2)
  server.heal()
  expect((await late).status).toBe(200)
  server.fail('jwks', { status: 500 })
  server.heal()
  expect((await get(server, 'jwks')).status).toBe(200)
})

const torn = () =>
  new ReadableStream({
    start: (it) => it.enqueue(text('first')),
    pull: (it) => it.error(new Error('torn')),
  })

test('over HTTP a fault cuts the connection, and an error is a 500', async () => {
  const server = start()
  const { origin, close } = await serve(async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/crash') throw new Error('boom')
    if (pathname === '/torn') return new Response(torn())
    return server.fetch(new Request(issuer + pathname, request))
  })
  for (const host of ['127.0.0.1', 'localhost']) {
    expect((await fetch(`${origin.replace('localhost', host)}/jwks`)).status).toBe(200)
  }
  server.fail('token', { drop: 'after' })
  const sent = { method: 'POST', body: new URLSearchParams({ a: 'b' }) }
  await expect(fetch(`${origin}/token`, sent)).rejects.toThrow('fetch failed')
  expect(server.requests('token').map((entry) => entry.params)).toEqual([{ a: 'b' }])
  const crash = await fetch(`${origin}/crash`)
  expect([crash.status, await crash.text()]).toEqual([500, 'Error: boom\n'])
  // By node:http: Node's fetch takes a body that was cut after `connection: close` for a whole one.
  const read = new Promise((resolve, reject) => {
    httpGet(`${origin}/torn`, (answer) => answer.on('error', reject).on('end', resolve).resume())
  })
  await expect(read).rejects.toThrow('aborted')
  await close()
  await expect(fetch(`${origin}/jwks`)).rejects.toThrow('fetch failed')
})

test('over HTTP the handler hears when its client has left', async () => {
  let gone: AbortSignal | undefined
  let cancelled = false
  const endless = () =>
    new ReadableStream({
      start: (it) => it.enqueue(text('first')),
      cancel: () => void (cancelled = true),
    })
  const other = await serve(
    async (request) => {
      gone = request.signal
      return new Response(endless())
    },
    { host: '127.0.0.1' },
  )
  expect(other.origin).toContain('127.0.0.1')
  const abort = new AbortController()
  const stream = await fetch(other.origin, { signal: abort.signal })
  const { value } = await stream.body!.getReader().read()
  expect(new TextDecoder().decode(value)).toBe('first')
  expect(gone?.aborted).toBe(false)
  abort.abort()
  await expect.poll(() => gone?.aborted).toBe(true)
  await expect.poll(() => cancelled).toBe(true)
  expect((await fetch(other.origin)).ok).toBe(true)
  await other.close()
})
