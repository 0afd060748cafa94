import { createNotes } from '../../src/vault/notes.js'
import { expect, test } from '@playwright/test'
import * as fc from 'fast-check'
import { resolveConfig } from '../../src/config.js'
import { isAuthError } from '../../src/errors.js'
import type { AccessTokens } from '../../src/vault/calls/access-tokens.js'
import { fetchResource } from '../../src/vault/calls/fetch.js'
import type { ProofTarget, VaultContext } from '../../src/vault/context.js'
import { createDPoP } from '../../src/vault/optional/dpop.js'
import type { Active } from '../../src/vault/record.js'
import { retryToken } from '../../src/vault/refresh/retry-token.js'
import type { SessionStore } from '../../src/vault/session.js'
import { always } from '../support/fuzz.js'
import { request } from '../support/vault.js'

// Whatever an API says in `WWW-Authenticate`: it leads to one retry at most for each reason, and the
// app gets the answer as it came.

const real = globalThis.fetch
test.afterEach(() => void (globalThis.fetch = real))

const url = 'https://api.example/me'
const { resources } = resolveConfig(
  { issuer: 'https://id.example', clientId: 'app', redirectUri: '/', resources: [url] },
  'https://app.example/',
)

// prettier-ignore
const pieces = [
  'Bearer', 'bearer', 'DPoP', 'dpop', 'Basic', 'realm', 'error', 'ERROR', 'scope', 'error_description', 'algs', 'acr_values', 'max_age',
  'invalid_token', 'invalid_request', 'insufficient_scope', 'insufficient_user_authentication', 'use_dpop_nonce', 'invalid_dpop_proof',
  '"', '\\"', '=', '==', ',', ' ', '\t', ';', '<', '\u00FF', '\u0080', '__proto__', 'x'.repeat(9000), 'error="invalid_token"',
  'error="use_dpop_nonce"', 'error=invalid_dpop_proof', ', DPoP error="use_dpop_nonce"', ', DPoP error=invalid_dpop_proof',
]
const challenges = fc
  .array(fc.constantFrom(...pieces), { maxLength: 10 })
  .map((some) => some.join(''))
const answers = fc.record({
  status: fc.oneof(fc.constantFrom(401, 401, 401, 403, 400), fc.integer({ min: 200, max: 599 })),
  challenge: fc.oneof(
    fc.constant(undefined),
    challenges,
    fc.constantFrom('DPoP error="use_dpop_nonce"', 'DPoP error="invalid_dpop_proof"'),
  ),
  nonce: fc.oneof(fc.constant(undefined), fc.constantFrom('n', 'm', '"', '\u00FF')),
  date: fc.constantFrom(undefined, 'now', new Date(0).toUTCString(), new Date(8e14).toUTCString()),
})
type Answer = Parameters<Parameters<typeof answers.map>[0]>[0]

function toResponse({ status, challenge, nonce, date }: Answer, body: string): Response {
  const headers = new Headers()
  if (challenge !== undefined) headers.set('www-authenticate', challenge)
  if (nonce !== undefined) headers.set('dpop-nonce', nonce)
  if (date !== undefined) headers.set('date', date)
  const empty = [204, 205, 304].includes(status)
  return new Response(empty ? null : body, { status, headers })
}

function must(holds: unknown, what: string): void {
  if (!holds) throw new Error(what)
}

const token = (value: string) => ({ value, receivedAt: 0, expiresAt: 1 })

const caller = { id: 'id', sub: 'ada' }
const active = { refreshToken: 'refresh' } as Active
const context = { session: { active: () => active } } as unknown as VaultContext

/** The first token; another once it is renewed. */
function tokens(onRenew: () => void): AccessTokens {
  let held = token('one')
  const given: Partial<AccessTokens> = {
    signedIn: () => active,
    currentFor: () => held,
    keyNow: (key) => key,
    async renew() {
      onRenew()
      held = token('two')
    },
  }
  return given as AccessTokens
}

test('T39: a challenge costs one retry at most, and the app gets the answer as it came', async () => {
  let retried = 0
  await always(
    fc.tuple(answers, answers),
    async (given) => {
      const sent: (string | null)[] = []
      let replaced = 0
      globalThis.fetch = async (input, init) => {
        sent.push(new Request(input, init).headers.get('authorization'))
        return toResponse(given[sent.length - 1] ?? given[1], `body ${sent.length}`)
      }
      const answer = await fetchResource(request(url), resources, false, {
        token: async () => token('one'),
        retryToken: (refused) =>
          retryToken(
            context,
            tokens(() => replaced++),
            caller,
            refused,
          ),
        note: createNotes().note,
        proof: async () => undefined,
      })
      const [first] = given
      must(sent.length === 1 + replaced && replaced <= 1, `It was sent ${sent.length} times.`)
      const says = first.challenge?.match(/error="?(\w+)/)?.[1]
      if (first.status !== 401) must(replaced === 0, `${first.status} costs a refresh.`)
      else if (first.challenge === undefined)
        must(replaced === 1, 'No refresh without a challenge.')
      else if (first.challenge.startsWith('DPoP error=') && says !== 'invalid_token')
        must(replaced === 0, `${says} costs a refresh.`)
      must(
        sent.every((one, at) => one === `Bearer ${['one', 'two'][at]}`),
        'It has another token.',
      )
      const last = toResponse(given[sent.length - 1] ?? first, `body ${sent.length}`)
      must(answer.status === last.status, 'It is another status.')
      must(
        JSON.stringify([...answer.headers]) === JSON.stringify([...last.headers]),
        'Other headers.',
      )
      must((await new Response(answer.body).text()) === (await last.text()), 'Another body.')
      retried += replaced
    },
    2000,
  )
  expect(retried).toBeGreaterThan(50)
})

test('T18: a call with a proof is retried once for a nonce and once for the time', async () => {
  const session = { active: () => undefined } as unknown as SessionStore
  const counts = new Set<number>()
  const key = await createDPoP(session).createKey(undefined)
  await always(
    fc.tuple(fc.array(answers, { minLength: 3, maxLength: 3 }), fc.boolean(), fc.boolean()),
    async ([given, once, withToken]) => {
      const prover = createDPoP(session)
      const proofs = new Set<string>()
      let last: Response | undefined
      const to: ProofTarget = {
        method: 'GET',
        url,
        isOneTime: once,
        token: withToken ? token('one') : undefined,
      }
      const call = prover.send(key, to, async (proof) => {
        must(!proofs.has(proof), 'A proof is sent twice.')
        proofs.add(proof)
        const answer = given[proofs.size - 1]
        must(answer, 'There is no end of it.')
        const body = String(answer?.challenge)
        // What the authorization server answers has been read already.
        last = Object.assign(toResponse(answer as Answer, body), { text: async () => body })
        return last
      })
      const answer = await call.catch((error: unknown) => {
        if (!isAuthError(error) || error.code !== 'cors') throw error
        return undefined
      })
      if (answer) must(answer === last && !answer.bodyUsed, 'It is not the last answer.')
      if (once) must(proofs.size === 1, 'Half a body is sent again.')
      counts.add(proofs.size)
    },
    1000,
  )
  expect([...counts].toSorted()).toEqual([1, 2, 3])
})
