import { expect, test } from '@playwright/test'
import { AuthError } from '../../src/errors.js'
import { createNotes } from '../../src/vault/notes.js'
import { ErrorResponse, fromServer } from '../../src/vault/token/errors.js'
import { http, type HttpRequest } from '../../src/vault/token/http.js'

// One request to the authorization server: what goes out, and what of the answer counts.

const { fetch } = globalThis
test.afterEach(() => void Object.assign(globalThis, { fetch }))

const url = 'https://id.example/token'
const config = { timeout: 10_000 } as Parameters<typeof http>[0]['config']

/** Ask, of a server that answers so, and see what went out. */
async function ask(
  answer: (init: RequestInit) => Response | Promise<Response>,
  request?: HttpRequest,
  step: Parameters<typeof http>[1] = 'token',
) {
  const sent: RequestInit[] = []
  globalThis.fetch = async (_, init = {}) => {
    sent.push(init)
    return answer(init)
  }
  const outcome = await http({ config, notes: createNotes() }, step, url, request).catch(
    (error: unknown) => error,
  )
  return { outcome, sent, headers: new Headers(sent[0]?.headers) }
}

const ok =
  (body = '{}') =>
  () =>
    new Response(body)
const code = (outcome: unknown): string => fromServer(outcome).code

test('a request without a form is a GET that needs no preflight', async () => {
  const { sent, headers } = await ask(ok())
  expect(sent).toMatchObject([{ method: 'GET', body: null, redirect: 'manual', keepalive: false }])
  expect([...headers]).toEqual([['accept', 'application/json']])
})

test('a form is posted without what is undefined', async () => {
  const form = { a: '1', b: undefined, c: '' }
  const { sent, headers } = await ask(ok(), { form })
  expect(sent[0]?.method).toBe('POST')
  expect(String(sent[0]?.body)).toBe('a=1&c=')
  expect(headers.get('content-type')).toBe('application/x-www-form-urlencoded')
  const { sent: again } = await ask(ok(), { form: new URLSearchParams('a=1'), isQuiet: true })
  expect(String(again[0]?.body)).toBe('a=1')
  expect(again[0]?.keepalive).toBe(true)
})

test('a token goes out as a Bearer token, or with its proof', async () => {
  expect((await ask(ok(), { token: 'T' })).headers.get('authorization')).toBe('Bearer T')
  const proven: string[] = []
  const prove: HttpRequest['prove'] = (target, send) => {
    proven.push(`${target.method} ${target.url}`)
    return send('PROOF')
  }
  const { headers } = await ask(ok(), { token: 'T', prove })
  expect([headers.get('authorization'), headers.get('dpop')]).toEqual(['DPoP T', 'PROOF'])
  const form = { a: '1' }
  const { headers: posted } = await ask(ok(), { form, prove })
  expect([posted.has('authorization'), posted.get('dpop')]).toEqual([false, 'PROOF'])
  expect(proven).toEqual([`GET ${url}`, `POST ${url}`])
})

for (const [body, json] of [
  ['{"a":1}', { a: 1 }],
  ['a=1&b=2', { a: '1', b: '2' }],
  ['"a"', {}],
  ['null', {}],
] as const)
  test(`the members of ${body}`, async () => {
    const { outcome } = await ask(ok(body), {}, 'jwks')
    expect({ ...(outcome as { json: object }).json }).toEqual(json)
    expect(outcome).toMatchObject({ text: body })
  })

for (const [status, body, isError] of [
  [200, '{"error":"invalid_grant"}', true],
  [200, '{"error":"x","access_token":"A"}', false],
  [400, '{}', true],
  [302, '', true],
  [400, '{"access_token":"A"}', true],
] as const)
  test(`${status} with ${body || 'nothing'} is ${isError ? 'an error' : 'a success'}`, async () => {
    const { outcome } = await ask(() => new Response(body, { status }))
    expect(outcome instanceof ErrorResponse).toBe(isError)
    if (isError) expect(outcome).toMatchObject({ status })
  })

test('an error repeats nothing that the request sent', async () => {
  const secret = 's3cret-refresh-token-of-the-user'
  const said = (text: string) => () =>
    Response.json({ error: 'x', error_description: `no: ${text}` }, { status: 400 })
  const prove: HttpRequest['prove'] = (_, send) => send(secret)
  const { outcome: plain } = await ask(said('open sesame'), { form: { code: 'open sesame' } })
  expect((plain as ErrorResponse).oauth?.description).not.toContain('sesame')
  for (const request of [{ form: { refresh_token: secret } }, { token: secret }, { prove }]) {
    const { outcome } = await ask(said(secret), request)
    const { oauth } = outcome as ErrorResponse
    expect(oauth?.description).toMatch(/^no: /)
    expect(oauth?.description).not.toContain(secret)
  }
})

test('an answer that is too long is given up, even if it cannot be cancelled', async () => {
  let isCancelled = false
  const long = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(2 ** 17 + 1)),
        cancel: () => {
          isCancelled = true
          return Promise.reject(new Error('gone'))
        },
      }),
    )
  const heard: unknown[] = []
  const hear = (reason: unknown): void => void heard.push(reason)
  process.on('unhandledRejection', hear)
  const { outcome } = await ask(long)
  await new Promise((done) => setTimeout(done, 0))
  process.off('unhandledRejection', hear)
  expect([code(outcome), isCancelled, heard.length]).toEqual(['invalid_response', true, 0])
  const { outcome: fits } = await ask(ok('a'.repeat(2 ** 18)))
  expect(fits).toHaveProperty('text')
})

test('an answer may come in pieces that end within a character', async () => {
  const inBytes = (bytes: Uint8Array) => () =>
    new Response(
      new ReadableStream({
        start(controller) {
          for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
          controller.close()
        },
      }),
    )
  const bytes = new TextEncoder().encode('{"name":"Zoë 🦊"}')
  expect((await ask(inBytes(bytes))).outcome).toMatchObject({ json: { name: 'Zoë 🦊' } })
  // One that is cut off is not taken for a shorter one.
  expect((await ask(inBytes(bytes.slice(0, -3)))).outcome).toMatchObject({
    text: '{"name":"Zoë \uFFFD',
  })
})

test('a request that may no longer be sent is aborted', async () => {
  const { outcome, sent } = await ask(ok(), { mayPost: () => false })
  expect([code(outcome), sent.length]).toEqual(['aborted', 0])
  expect((await ask(ok(), { mayPost: () => true })).sent).toHaveLength(1)
})

/** A server that lets these requests through. */
const letting =
  (...modes: (RequestMode | undefined)[]) =>
  ({ mode }: RequestInit): Response => {
    if (!modes.includes(mode)) throw new TypeError('Failed to fetch')
    return new Response('{}')
  }

for (const [what, modes, wanted] of [
  ['nothing gets through', [], 'network'],
  ['only a request without CORS gets through', ['no-cors'], 'cors'],
  ['the next request gets through', ['cors', 'no-cors'], 'network'],
  ['only the next with CORS gets through', ['cors'], 'network'],
] as const)
  test(`if ${what}, the error is ${wanted}`, async () => {
    const { outcome, sent } = await ask(letting(...modes), {})
    expect(code(outcome)).toBe(wanted)
    expect((outcome as AuthError).hint).toContain('(token: https://id.example/token)')
    for (const { headers } of sent.slice(1)) expect(new Headers(headers).has('dpop')).toBe(false)
  })

for (const step of ['token', 'discovery', 'jwks'] as const)
  test(`a CORS error at ${step} names the origin to allow`, async () => {
    Object.assign(globalThis, { origin: 'https://app.example' })
    const { outcome } = await ask(letting('no-cors'), {}, step)
    Reflect.deleteProperty(globalThis, 'origin')
    expect((outcome as AuthError).hint).toContain('llow the origin https://app.example at the')
  })

test('a CORS error mentions the path of `issuer` only at discovery', async () => {
  const message = async (step: 'token' | 'discovery') =>
    ((await ask(letting('no-cors'), {}, step)).outcome as AuthError).hint
  expect(await message('discovery')).toContain('`issuer`')
  expect(await message('token')).not.toContain('`issuer`')
})

test('a request with a proof is examined for CORS with that header', async () => {
  const prove: HttpRequest['prove'] = (_, send) => send('PROOF')
  const { sent } = await ask(letting('no-cors'), { prove })
  expect(sent.slice(1).map(({ headers }) => new Headers(headers).has('dpop'))).toEqual([true, true])
  for (const request of [{ isQuiet: true }, { mayPost: () => true }]) {
    const quiet = await ask(letting(), request)
    expect([code(quiet.outcome), quiet.sent.length]).toEqual(['network', 1])
  }
})

test('an error while a proof is made is passed on', async () => {
  const prove: HttpRequest['prove'] = () => Promise.reject(new AuthError('key_lost'))
  const { outcome, sent } = await ask(ok(), { prove })
  expect([code(outcome), sent.length]).toEqual(['key_lost', 0])
})

test('a request is traced with its method', async () => {
  globalThis.fetch = async () => new Response('{}')
  const notes = createNotes()
  await http({ config, notes }, 'jwks', url)
  await http({ config, notes }, 'token', url, { form: { grant_type: 'refresh_token' } })
  expect(notes.kept.map(({ facts }) => facts)).toEqual([
    ['jwks', 'GET', url, undefined],
    ['token', 'POST', url, 'refresh_token'],
  ])
})

test('a backend does not examine a failed request for CORS', async () => {
  let count = 0
  globalThis.fetch = () => {
    count += 1
    return Promise.reject(new TypeError('fetch failed'))
  }
  const authenticate = async (form: URLSearchParams) => ({ form, headers: {}, secrets: [] })
  const asked = http({ config, notes: createNotes(), authenticate }, 'token', url, { form: {} })
  await expect(asked).rejects.toMatchObject({ code: 'network' })
  expect(count).toBe(1)
})
