import { createHash, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { expect, test as base } from '@playwright/test'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { defaultAudience } from '../../demo/audience.js'
import { startResourceServer } from '../../demo/resource-server.js'
import { startDemo, type Demo } from '../../demo/servers.js'
import * as fc from 'fast-check'
import { always } from '../support/fuzz.js'

// What the servers of the demo make of requests that no browser sends.

const test = base.extend<object, { demo: Demo }>({
  demo: [
    async ({}, use) => {
      const demo = await startDemo()
      await use(demo)
      await demo.close()
    },
    { scope: 'worker' },
  ],
})

/** Send a request byte by byte: the status of the answer, 0 where the server just hangs up. */
async function statusOf(
  origin: string,
  target: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<number> {
  const { hostname, port, host } = new URL(origin)
  const socket = connect(Number(port), hostname)
  const lines = Object.entries({ host, connection: 'close', ...headers })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  let text = ''
  socket.setEncoding('latin1').on('data', (part: string) => (text += part))
  // A server that has answered may reset the connection.
  socket.on('error', () => {})
  socket.write(Buffer.from(`${method} ${target} HTTP/1.1\r\n${head}\r\n`, 'latin1'))
  await once(socket, 'close')
  return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0)
}

const foreign = [
  '//',
  '///',
  '//evil.example/api/me',
  '/\\evil.example/api/me',
  '/\\',
  '//[',
  '/..//',
  '/.//evil.example/api/me',
  'http://evil.example/api/me',
  'HTTP://evil.example/api/me',
  'https://localhost/api/me',
  'http://',
  'http:evil',
  'javascript:alert(1)',
  'blob:x',
  '*',
]

test('a target that names another host is answered 400', async ({ demo }) => {
  for (const origin of [demo.app, demo.issuer, demo.api]) {
    for (const target of foreign) expect(await statusOf(origin, target), target).toBe(400)
    const { host } = new URL(origin)
    for (const target of [`http://${host}//evil/api/me`, `http://user@${host}/api/me`])
      expect(await statusOf(origin, target), target).toBe(400)
    for (const host of ['evil.example', '', 'localhost', '['])
      expect(await statusOf(origin, '/', { headers: { host } }), host).toBe(400)
  }
})

test('a target may name this host', async ({ demo }) => {
  expect(await statusOf(demo.app, `${demo.app}/script/`)).toBe(200)
  expect(await statusOf(demo.issuer, `${demo.issuer}/.well-known/openid-configuration`)).toBe(200)
  expect(await statusOf(demo.api, `${demo.api}/api/me`)).toBe(401)
})

test('only the apps with a router answer every path below them', async ({ demo }) => {
  for (const [path, status] of [
    ['/react', 302],
    ['/react/no/such/page', 200],
    ['/typescript/', 200],
    ['/typescript/no/such/page', 404],
    ['/no', 404],
    ['/source/vue/App.vue', 200],
    ['/source/no.ts', 404],
  ] as const)
    expect(await statusOf(demo.app, path), path).toBe(status)
})

test('only a page of the demo changes what its servers do', async ({ demo }) => {
  const switches = async () => (await fetch(`${demo.app}/switches`)).json() as Promise<string[]>
  const change = (method: string, target: string, origin?: string) =>
    statusOf(demo.app, target, { method, headers: origin ? { origin } : {} })
  const others = [undefined, 'null', demo.issuer, demo.api, `${demo.app}.evil.example`]
  for (const origin of others) {
    expect(await change('PUT', '/switches/short', origin), origin).toBe(403)
    expect(await change('PUT', '/expired/some-token', origin), origin).toBe(403)
    expect(await switches(), origin).toEqual([])
  }
  expect(await change('PUT', '/switches/short', demo.app)).toBe(204)
  for (const origin of others) {
    expect(await change('DELETE', '/switches/short', origin), origin).toBe(403)
    expect(await switches(), origin).toEqual(['short'])
  }
  expect(await change('DELETE', '/switches/short', demo.app)).toBe(204)
  expect(await switches()).toEqual([])
})

const signs = String.raw`/ // \ .. . %2f %5c %2e%2e % %zz %00 ? # @ : ; [ ] " < { | ^ & = * http: https: ws:`
const words = 'localhost evil :99999 api me auth token jwks interaction request script __proto__'
const parts = [...`${signs} ${words}`.split(' '), '\xff', '\x7f', ' ', '\t', 'x'.repeat(3000)]

const requests = fc.record({
  method: fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'CONNECT', 'TRACE', 'no'),
  target: fc
    .tuple(
      fc.constantFrom('/', '//', '', 'http://'),
      fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 6 }),
    )
    .map(([start, rest]) => start + rest.join('')),
})

test('no target stops a server, or makes it fail', async ({ demo }) => {
  const origins = [demo.app, demo.issuer, demo.api]
  const answered = new Set<number>()
  await always(
    requests,
    async ({ method, target }) => {
      const statuses = await Promise.all(origins.map((one) => statusOf(one, target, { method })))
      for (const status of statuses) answered.add(status)
      // Node.js hangs up on CONNECT.
      return method === 'CONNECT' || statuses.every((status) => status >= 200 && status < 500)
    },
    600,
  )
  expect([...answered]).toEqual(expect.arrayContaining([302, 400, 404]))
  expect(await statusOf(demo.app, '/script/')).toBe(200)
  expect(await statusOf(demo.issuer, '/jwks')).toBe(200)
  expect(await statusOf(demo.api, '/api/me')).toBe(401)
})

test('the API takes no DPoP proof for another host', async () => {
  const [signing, bound] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')]
  const published = { ...(await exportJWK(signing.publicKey)), alg: 'ES256' }
  const issuerServer = createServer((_, response) =>
    response.end(JSON.stringify({ keys: [published] })),
  ).listen(0, 'localhost')
  await once(issuerServer, 'listening')
  const issuer = `http://localhost:${(issuerServer.address() as AddressInfo).port}`
  const api = await startResourceServer({ issuer, allowedOrigins: [] })
  const jwk = await exportJWK(bound.publicKey)
  const token = await new SignJWT({
    client_id: 'app',
    cnf: { jkt: await calculateJwkThumbprint(jwk) },
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(defaultAudience)
    .setSubject('ada')
    .setExpirationTime('1 minute')
    .sign(signing.privateKey)
  const ath = createHash('sha256').update(token).digest('base64url')
  const call = async (target: string, htu: string, host?: string): Promise<number> => {
    const dpop = await new SignJWT({ htm: 'GET', htu, ath, jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .setIssuedAt()
      .sign(bound.privateKey)
    const headers = { authorization: `DPoP ${token}`, dpop, ...(host && { host }) }
    return statusOf(api.origin, target, { headers })
  }
  const [here, evil] = [`${api.origin}/api/me`, 'http://evil.example/api/me']
  expect(await call('/api/me', here)).toBe(200)
  expect(await call(here, here)).toBe(200)
  expect(await call('/api/me', evil)).toBe(401)
  expect(await call('/api/me', evil, 'evil.example')).toBe(400)
  for (const target of ['//evil.example/api/me', evil]) expect(await call(target, evil)).toBe(400)
  await api.close()
  issuerServer.close()
})

test('the switches obey pages of the demo alone', async ({ demo }) => {
  const status = async (path: string, method = 'GET', origin = demo.app): Promise<number> =>
    (await fetch(demo.app + path, { method, headers: { origin } })).status
  for (const path of ['/switches/down', '/expired'])
    expect(await status(path, 'PUT', 'https://evil.example'), path).toBe(403)
  for (const [path, method] of [
    ['/switches/other', 'PUT'],
    ['/switches/down', 'POST'],
    ['/expired', 'DELETE'],
    ['/expired/one', 'PUT'],
    ['/refreshes', 'PUT'],
  ] as const)
    expect(await status(path, method), path).toBe(404)
  expect(await status('/switches/lose', 'PUT')).toBe(204)
  expect(await (await fetch(`${demo.app}/switches`)).json()).toEqual(['lose'])
  expect(await status('/switches/lose', 'DELETE')).toBe(204)
  expect(await (await fetch(`${demo.app}/switches`)).json()).toEqual([])
  expect(await (await fetch(`${demo.app}/refreshes`)).json()).toBe(0)
})

test('the backend of the demo obeys its own page alone', async ({ demo }) => {
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(`${demo.app}/auth/session`, { headers })).status
  expect(await status({ 'x-pixy-auth': '1' })).toBe(200)
  expect(await status({})).toBe(403)
  expect(await status({ 'x-pixy-auth': '1', origin: 'https://evil.example' })).toBe(403)
})
