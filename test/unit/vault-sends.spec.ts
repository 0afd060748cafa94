import { expect } from '@playwright/test'
import type { TraceEvent } from '../../src/index.js'
import { call, stale, test, type Api } from '../support/vault-api.js'
import { change } from '../support/changed-records.js'
import { callsTold } from '../support/trace.js'
import { mapStore, request, type Room } from '../support/vault.js'

// How a call is sent: by which request, how it follows redirects, and what the trace says of it.

const post = { method: 'POST', body: 'the body' }

/** A call, and whether the platform was given its very request, each time. */
async function isItself(api: Api, init: RequestInit, isOneTime = false): Promise<boolean[]> {
  const given = request(`${api.url}me`, init)
  await api.vault.fetch(given, undefined, isOneTime)
  return api.sent.splice(0).map(([input]) => input === given)
}

test('a request is copied only while its body may be sent again', async ({ open }) => {
  const api = await open()
  expect(await isItself(api, {})).toEqual([true])
  expect(await isItself(api, post, true)).toEqual([true])
  expect(await isItself(api, post)).toEqual([false])
  api.answers = [stale]
  expect(await isItself(api, post)).toEqual([false, true])
})

test('redirects that the app handles itself are left to it', async ({ open }) => {
  const api = await open()
  await call(api, { redirect: 'error' })
  const redirected = (): Response =>
    Object.defineProperty(new Response(), 'type', { value: 'opaqueredirect' })
  api.answers = [redirected, redirected]
  expect((await call(api, { redirect: 'manual' })).type).toBe('opaqueredirect')
  await expect(call(api)).rejects.toMatchObject({ code: 'url_not_allowed' })
  expect(api.sent.map(([, redirect]) => redirect)).toEqual(['error', 'manual', 'manual'])
})

/** What the trace says of the calls. */
const told = ({ facts }: Room): TraceEvent[] =>
  facts.flatMap((fact) =>
    fact.type === 'trace' && fact.event.step === 'call' && fact.event.outcome !== 'pending'
      ? [fact.event]
      : [],
  )

test('the trace has the kind of token of a call', async ({ open, room }) => {
  const store = mapStore()
  const api = await open({ store })
  await api.vault.trace()
  // Older records do not say.
  change(store, ({ tokens }) => ({
    tokens: Object.fromEntries(
      Object.entries(tokens).map(([key, token]) => [key, { ...token, type: undefined }]),
    ),
  }))
  await api.vault.open(undefined)
  await call(api)
  await callsTold()
  expect(told(room)).toMatchObject([{ outcome: 'ok', detail: { token: 'bearer' } }])
})

test('the trace has calls that get no token', async ({ open, room }) => {
  const { vault, url } = await open()
  await vault.trace()
  const asked = vault.fetch(request(`${url}me`), { id: 'another', sub: 'user-2' })
  await expect(asked).rejects.toMatchObject({ code: 'account_changed' })
  await callsTold()
  expect(told(room)).toMatchObject([
    { outcome: 'failed', error: 'account_changed', detail: { token: 'none' } },
  ])
})
