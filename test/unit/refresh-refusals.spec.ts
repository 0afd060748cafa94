import { expect, test } from '@playwright/test'
import { AuthError } from '../../src/errors.js'
import type { Active } from '../../src/vault/record.js'
import { failed } from '../../src/vault/refresh/failed.js'
import { hashOf } from '../../src/vault/token/encoding.js'
import { ErrorResponse, UnusableTokens } from '../../src/vault/token/errors.js'
import { refuse } from '../../src/vault/token/refuse.js'
import { present, token } from '../support/refreshes.js'
import { brittleStore } from '../support/vault.js'

// What an answer without tokens means for the session: only the server's own word ends it.

/** An answer of the token endpoint: an OAuth error, the page of a proxy, or nothing. */
function answer(status: number, said = '', headers: Record<string, string> = {}): ErrorResponse {
  const json = said && !said.startsWith('<') ? { error: said } : {}
  return new ErrorResponse({ status, headers: new Headers(headers) } as Response, said, json)
}

/** What became of it, in words. */
async function outcome(
  failure: unknown,
  ...given: Parameters<typeof present>
): Promise<{ said: string; lease: Active['lease']; waits: number }> {
  const presented = await present(...given)
  const began = Date.now()
  const step = await failed(presented.context, failure, presented.attempt)
  const record = presented.stored()
  const lease = record?.ended ? undefined : record?.lease
  const code = step.type === 'failed' ? ` ${step.error.code}` : ''
  const end = record?.ended ? `, ${record.ended}` : ''
  const waits = Math.round(((lease?.until ?? began) - began) / 1000)
  return { said: `${step.type}${code}${end}`, lease, waits }
}

for (const [status, said, wanted] of [
  [400, 'invalid_grant', 'ended, refused'],
  [401, 'invalid_grant', 'ended, refused'],
  [499, 'invalid_grant', 'ended, refused'],
  [200, 'invalid_grant', 'ended, refused'],
  [302, 'invalid_grant', 'again'],
  [500, 'invalid_grant', 'again'],
  [200, 'invalid_client', 'failed oauth_error'],
  [400, 'invalid_client', 'failed oauth_error'],
  [401, 'invalid_client', 'failed oauth_error'],
  [403, 'invalid_client', 'failed oauth_error'],
  [404, 'invalid_client', 'again'],
  [500, 'invalid_client', 'again'],
  [400, '', 'failed invalid_response'],
  [401, '', 'failed invalid_response'],
  [403, '', 'again'],
  [200, '', 'again'],
  [400, '<h1>proxy</h1>', 'again'],
  [503, '', 'again'],
] as const)
  test(`${status} with ${said || 'nothing'}: ${wanted}`, async () => {
    const { said: is } = await outcome(answer(status, said))
    expect(is).toBe(wanted)
  })

test('a 500, or a 503 without Retry-After, counts as an attempt', async () => {
  expect((await outcome(answer(503))).lease?.tries).toBe(1)
  expect((await outcome(answer(500, '', { 'retry-after': '20' }))).lease?.tries).toBe(1)
})

test('the end of a session says which token was refused', async () => {
  const { context, attempt, stored } = await present()
  await failed(context, answer(400, 'invalid_grant'), attempt)
  expect(stored()).toMatchObject({ ended: 'refused', refused: await hashOf('sent') })
})

test('a session without a refresh token has expired, and was not refused', async () => {
  const { context, stored } = await present({ refreshToken: undefined })
  await refuse(context.session, { id: 'one', refreshToken: undefined })
  expect(stored()).toMatchObject({ ended: 'expired' })
  const before = await present()
  await refuse(before.context.session, { id: 'one', refreshToken: 'sent' })
  expect(before.stored()).toMatchObject({ ended: 'refused' })
})

test('a failed attempt with an unknown result counts, and is repeated later', async () => {
  const { lease, waits } = await outcome(answer(500), {}, { lease: { tries: 1 } })
  expect(lease).toMatchObject({ settled: true, tries: 2, error: { code: 'server_error' } })
  expect(waits).toBeGreaterThan(1)
  expect((await outcome(new AuthError('network'))).lease).toMatchObject({
    tries: 1,
    error: { code: 'network' },
  })
})

for (const [status, after, seconds] of [
  [429, '', 5],
  [429, '20', 20],
  [503, '20', 20],
] as const)
  test(`${status}, ${after ? `to wait for ${after} s,` : ''} does not count as an attempt`, async () => {
    const found = await outcome(answer(status, '', after ? { 'retry-after': after } : {}))
    expect(found).toMatchObject({ said: 'again', waits: seconds, lease: { tries: 0 } })
  })

test('unusable tokens end the session; a request that was not sent does not', async () => {
  const unusable = new UnusableTokens({ code: 'JWT', message: '"nonce"' }, [])
  expect((await outcome(unusable)).said).toBe('failed invalid_id_token, refused')
  const late = await outcome(new AuthError('aborted'))
  expect(late).toMatchObject({ said: 'again', lease: { tries: 0, settled: true } })
  expect(late.lease?.error).toBe(undefined)
  const lost = await outcome(new AuthError('key_lost'))
  expect(lost.said).toBe('failed key_lost')
  expect(lost.lease?.settled).toBe(undefined)
})

test('a refusal of a new scope or resource keeps the session', async () => {
  const other = { key: 'other' }
  expect((await outcome(answer(400, 'invalid_scope'), {}, other)).said).toBe(
    'failed insufficient_scope',
  )
  expect((await outcome(answer(400, 'invalid_target'), {}, other)).said).toBe(
    'failed insufficient_scope',
  )
  expect((await outcome(answer(400, 'invalid_grant'), {}, other)).said).toBe(
    'failed interaction_required',
  )
  // Not by the server's word, or of a token that the session had.
  expect((await outcome(answer(400), {}, other)).said).toBe('failed invalid_response')
  const had = { tokens: { other: token('a', -60) } }
  expect((await outcome(answer(400, 'invalid_grant'), had, other)).said).toBe('ended, refused')
})

const before = (seconds: number) => ({ lease: { refusedAt: Date.now() - seconds * 1000 } })

test('an unclear refusal ends the session if repeated half a minute later', async () => {
  const refusal = answer(401, 'invalid_client')
  const first = await outcome(refusal)
  expect(first).toMatchObject({ waits: 30, lease: { error: { code: 'oauth_error' } } })
  expect(first.lease?.refusedAt).toBeGreaterThan(Date.now() - 10_000)
  const soon = before(20)
  const second = await outcome(refusal, {}, soon)
  expect(second.said).toBe('failed oauth_error')
  expect(second.lease?.refusedAt).toBe(soon.lease.refusedAt)
  expect((await outcome(refusal, {}, before(31))).said).toBe('ended, refused')
  const living = { tokens: { other: token('a', 60) } }
  expect((await outcome(refusal, living, before(31))).said).toBe('failed oauth_error')
})

test('a refusal that is not about the refresh token does not count', async () => {
  const busy = await outcome(answer(400, 'temporarily_unavailable'), {}, before(31))
  expect(busy.said).toBe('failed server_error')
  expect(busy.lease?.refusedAt).toBe(undefined)
  const had = { tokens: { other: token('a', -60) } }
  const narrow = await outcome(answer(400, 'invalid_target'), had, { ...before(31), key: 'other' })
  expect(narrow.said).toBe('failed oauth_error')
  expect(narrow.lease?.refusedAt).toBe(undefined)
  expect((await outcome(answer(400, 'invalid_target'), {}, before(31))).said).toBe('ended, refused')
  const about = await outcome(answer(400, 'invalid_client'), had, { ...before(31), key: 'other' })
  expect(about.said).toBe('ended, refused')
  const silent = await outcome(answer(400), had, { ...before(31), key: 'other' })
  expect(silent.said).toBe('ended, refused')
})

test('a refusal ends no session while an overtaken attempt may bring tokens', async () => {
  const { setTimeout: wait } = globalThis
  const waits: number[] = []
  const soon = (work: () => void, ms = 0) => (waits.push(ms), wait(work, 0))
  globalThis.setTimeout = soon as typeof setTimeout
  try {
    const dead = answer(400, 'invalid_grant')
    for (const prior of [undefined, Date.now() - 61_000, Date.now() - 50_000]) {
      const given = prior === undefined ? {} : { lease: { prior } }
      expect((await outcome(dead, {}, given)).said).toBe('ended, refused')
    }
    // A clock that was set back makes nothing wait longer.
    await outcome(dead, {}, { lease: { prior: Date.now() + 900_000 } })
    // Where there was none, or long ago, no timer is set.
    expect(waits.filter((ms) => ms < 0)).toEqual([])
    const long = waits.filter((ms) => ms > 5000)
    expect(long).toHaveLength(2)
    expect(Math.round((long[0] ?? 0) / 1000)).toBe(10)
    expect(long[1]).toBe(60_000)
  } finally {
    globalThis.setTimeout = wait
  }
})

test('only a refused scope has the hint to sign in with more scope', async () => {
  for (const [error, hint] of [
    ['invalid_scope', 'Sign in with more `scope`.'],
    ['invalid_grant', undefined],
  ] as const) {
    const { context, attempt } = await present({}, { key: 'other' })
    const step = await failed(context, answer(400, error), attempt)
    expect(step.type === 'failed' && step.error).toHaveProperty('hint', hint)
  }
})

test('a request that was not sent frees its lease once the store works again', async () => {
  const { setTimeout: wait } = globalThis
  const { store, breakDown, recover } = brittleStore()
  const { context, attempt } = await present({}, {}, { store })
  const lease = (): Active['lease'] => (store.records.values().next().value as Active).lease
  globalThis.setTimeout = ((work: () => void, ms = 0) =>
    wait(work, ms === 1000 ? 0 : ms)) as typeof setTimeout
  try {
    breakDown()
    const step = await failed(context, new AuthError('aborted'), attempt)
    expect(step).toMatchObject({ type: 'failed', error: { code: 'storage' } })
    expect(lease()?.settled).toBe(undefined)
    recover()
    await (step.type === 'failed' && step.unsaved)
    expect(lease()).toMatchObject({ attempt: 'mine', settled: true })
  } finally {
    globalThis.setTimeout = wait
  }
})

test('a refusal of a token that another tab has renewed ends no session', async () => {
  const { context, attempt, stored, write } = await present()
  write({ ...attempt.record, version: 8, refreshToken: 'next' })
  const step = await failed(context, answer(400, 'invalid_grant'), attempt)
  expect(step).toEqual({ type: 'again' })
  expect(stored()).toMatchObject({ refreshToken: 'next' })
})
