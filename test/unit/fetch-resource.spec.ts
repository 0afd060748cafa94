import { expect, test } from '@playwright/test'
import { resolveResource } from '../../src/lib/resources.js'
import { fetchResource } from '../../src/vault/calls/fetch.js'
import { proofFor } from '../../src/vault/calls/proof.js'
import { createNotes, type Note } from '../../src/vault/notes.js'
import { createDPoP } from '../../src/vault/optional/dpop.js'
import type { Active } from '../../src/vault/record.js'
import type { SessionStore } from '../../src/vault/session.js'
import { token } from '../support/refreshes.js'
import { request } from '../support/vault.js'

// One call, with tokens that are given by the test: bound to a key, or not.

const origin = 'https://api.example'
const { fetch } = globalThis
let sent: { headers: Headers; redirect: string; body: string }[] = []
let answers: Response[] = []
/** The answers for which another token was asked for. */
let refused: number[] = []

test.beforeEach(() => {
  sent = []
  answers = []
  refused = []
  globalThis.fetch = async (input, init) => {
    const given = new Request(input, init)
    const { headers, redirect } = given
    sent.push({ headers, redirect, body: await given.text() })
    return answers.shift() ?? new Response()
  }
})
test.afterEach(() => void (globalThis.fetch = fetch))

/** Call the API with a token of this type, and with a new token after a refusal. */
async function call(type: 'dpop' | 'bearer', init: RequestInit = {}): Promise<readonly Note[]> {
  const session = { active: () => undefined } as unknown as SessionStore
  const dpop = createDPoP(session)
  const key = await dpop.createKey(undefined)
  const { note, kept } = createNotes()
  await fetchResource(
    request(`${origin}/me`, init),
    [resolveResource(origin, 'https://app.example/')],
    false,
    {
      note,
      token: async () => ({ ...token('one', 300), type }),
      async retryToken({ response: { status } }) {
        refused.push(status)
        return { ...token('two', 300), type }
      },
      proof: (given) => proofFor({ dpop: async () => dpop }, { key } as Active, given),
    },
  )
  return kept
}

const refusal = (error: string, nonce?: string): Response =>
  new Response('', {
    status: 401,
    headers: {
      'www-authenticate': `DPoP error="${error}"`,
      ...(nonce && { 'dpop-nonce': nonce }),
    },
  })

test('every request of a call has a proof, and its body', async () => {
  answers = [refusal('invalid_token'), refusal('use_dpop_nonce', 'fresh')]
  await call('dpop', { method: 'POST', body: 'the body' })
  expect(sent.map(({ body }) => body)).toEqual(['the body', 'the body', 'the body'])
  expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual([
    'DPoP one',
    'DPoP two',
    'DPoP two',
  ])
  expect(new Set(sent.map(({ headers }) => headers.get('dpop'))).size).toBe(3)
})

for (const [type, redirect] of [
  ['dpop', 'manual'],
  ['bearer', 'follow'],
] as const)
  test(`T11: within its origin a ${type} call is sent with redirect "${redirect}"`, async () => {
    const [note] = await call(type)
    expect(sent).toMatchObject([{ redirect }])
    expect(sent[0]?.headers.has('dpop')).toBe(type === 'dpop')
    expect(note?.facts[2]).toBe(type)
  })

test('only a 401 or a challenge asks for another token', async () => {
  for (const status of [200, 204, 403, 500]) {
    answers = [new Response(null, { status })]
    await call('bearer')
  }
  expect(refused).toEqual([])
  answers = [new Response('', { status: 401 })]
  await call('bearer')
  answers = [new Response('', { status: 403, headers: { 'www-authenticate': 'Bearer' } })]
  await call('bearer')
  expect(refused).toEqual([401, 403])
})
