import { expect } from '@playwright/test'
import type { TraceEvent } from '../../src/trace.js'
import { withoutMembers } from '../support/sign-in-steps.js'
import { callsTold } from '../support/trace.js'
import { mapStore, request, signIn, test, type Room } from '../support/vault.js'

// What the trace says of each step.

const { fetch } = globalThis
test.afterEach(() => void Object.assign(globalThis, { fetch }))

interface Traced {
  /** What was told of these steps, in order. */
  told(steps: RegExp): TraceEvent[]
  /** Call the API, which answers so, or fails so; then wait until it is told of. */
  call(answer?: Response | Error, init?: RequestInit): Promise<TraceEvent[]>
}

/** The events of a vault. */
function traced(room: Room, vault: ReturnType<Room['open']>): Traced {
  const told = (steps: RegExp): TraceEvent[] =>
    room.facts.flatMap((fact) =>
      fact.type === 'trace' && steps.test(fact.event.step) ? [fact.event] : [],
    )
  return {
    told,
    async call(answer, init) {
      room.facts.length = 0
      globalThis.fetch = async (...given) => {
        if (!new Request(...given).url.includes('/api/')) return fetch(...given)
        globalThis.fetch = fetch
        if (answer instanceof Error) throw answer
        return answer ?? fetch(...given)
      }
      await vault.fetch(request(`${room.server.issuer}/api/me`, init)).catch(() => {})
      await callsTold()
      return told(/^(call|retry|answer|step-up)$/)
    },
  }
}

/** A vault whose steps are told of, and in which the user signs in. */
async function signedIn(room: Room): Promise<Traced> {
  const vault = room.open()
  await vault.trace()
  await vault.callback(await signIn(vault))
  return traced(room, vault)
}

const challenge = (status: number, error: string): Response =>
  new Response('', { status, headers: { 'www-authenticate': `Bearer error="${error}"` } })

test('a call is traced with its method, its outcome and its status', async ({ room }) => {
  const { call } = await signedIn(room)
  for (const [method, named] of [
    ['GET', 'GET'],
    ['POST', 'POST'],
    ['PUT', 'other'],
  ] as const) {
    const [begun, ended, answer, ...more] = await call(undefined, { method })
    expect(begun).toMatchObject({ step: 'call', outcome: 'pending', detail: { method: named } })
    expect(begun).not.toHaveProperty('end')
    expect(ended).toMatchObject({ id: begun?.id, outcome: 'ok', detail: { status: 200 } })
    expect(ended?.end).toBeGreaterThanOrEqual(ended?.at ?? NaN)
    expect(answer).toMatchObject({ step: 'answer', at: ended?.end, outcome: 'ok' })
    expect(answer?.detail).toEqual({ status: 200, challenge: 'none' })
    expect(more).toEqual([])
  }
})

test('a failed call is traced without a status, and with its error', async ({ room }) => {
  const { call } = await signedIn(room)
  for (const [error, code] of [
    [new TypeError('Failed to fetch'), 'network'],
    [new DOMException('given up', 'AbortError'), 'aborted'],
  ] as const) {
    const events = await call(error)
    expect(events.map(({ step, outcome }) => [step, outcome])).toEqual([
      ['call', 'pending'],
      ['call', 'failed'],
    ])
    expect(events[1]).toMatchObject({ error: code })
  }
})

test('a call with another token is traced as a retry', async ({ room }) => {
  const { told, call } = await signedIn(room)
  const events = await call(challenge(401, 'invalid_token'))
  const steps = ['call', 'call', 'answer', 'retry', 'retry', 'answer']
  expect(events.map(({ step }) => step)).toEqual(expect.arrayContaining(steps))
  expect(events).toHaveLength(steps.length)
  expect(told(/^refresh$/).at(-1)).toMatchObject({ outcome: 'ok', detail: { status: 200 } })
  expect(told(/^exchange$/)).toEqual([])
})

test('a demand for a stronger sign-in is traced as a step of its own', async ({ room }) => {
  const { call } = await signedIn(room)
  const wants = 'insufficient_user_authentication'
  for (const [status, isStep] of [
    [401, true],
    [403, false],
  ] as const) {
    const events = await call(challenge(status, wants))
    expect(events.find(({ step }) => step === 'answer')?.detail).toEqual({
      status,
      challenge: wants,
    })
    expect(events.some(({ step }) => step === 'step-up')).toBe(isStep)
  }
})

test('a sign-in is traced from the click to the tokens', async ({ room }) => {
  const { told } = await signedIn(room)
  const [click] = told(/^click$/)
  expect(click).toMatchObject({ outcome: 'ok' })
  expect(click).not.toHaveProperty('end')
  const [authorize, login, callback] = told(/^(authorize|login|callback)$/)
  expect(callback).toMatchObject({ outcome: 'pending', detail: { has: 'code' } })
  // At the server from when the browser left until it came back.
  expect(login?.step).toBe('login')
  expect(login?.at).toBeGreaterThan(authorize?.at ?? NaN)
  expect(login?.end).toBeLessThanOrEqual(callback?.at ?? NaN)
  expect(login?.end).toBeGreaterThan(performance.timeOrigin)
  const [exchange, tokens] = ['exchange', 'tokens'].map((step) =>
    told(new RegExp(`^${step}$`)).at(-1),
  )
  expect(exchange).toMatchObject({ outcome: 'ok', detail: { method: 'POST', status: 200 } })
  expect(tokens).toMatchObject({ outcome: 'ok' })
  expect(tokens?.detail).toEqual({
    type: 'bearer',
    seconds: 300,
    hasRefreshToken: true,
    hasIdToken: true,
  })
})

test('no login is traced for a callback that a link may not have led to', async ({ room }) => {
  const vault = room.open()
  await vault.trace()
  const url = await vault.authorize({ via: 'link', returnTo: '/' })
  const { headers } = await fetch(url, { redirect: 'manual' })
  await vault.callback(headers.get('location') ?? '')
  const { told } = traced(room, vault)
  expect(told(/^login$/)).toEqual([])
  expect(told(/^callback$/).at(-1)).toMatchObject({ outcome: 'ok' })
})

test('a callback with neither code nor error is traced as such', async ({ room }) => {
  const vault = room.open()
  await vault.trace()
  const url = new URL(await signIn(vault))
  url.searchParams.delete('code')
  await vault.callback(url.href)
  const [callback] = traced(room, vault).told(/^callback$/)
  expect(callback).toMatchObject({ detail: { has: 'neither' } })
})

test('refused tokens are traced without details, and a missing lifetime is left out', async ({
  room,
}) => {
  const vault = room.open()
  await vault.trace()
  const last = () =>
    traced(room, vault)
      .told(/^tokens$/)
      .at(-1)
  const wrong = await signIn(vault)
  room.server.fail('token', { idToken: { nonce: 'other' } })
  await vault.callback(wrong)
  expect(last()).toMatchObject({ outcome: 'failed', error: 'invalid_id_token' })
  expect(last()?.detail).toEqual({})
  const endless = await signIn(vault)
  room.server.fail('token', { body: withoutMembers('expires_in') })
  await vault.callback(endless)
  expect(last()).toMatchObject({ outcome: 'ok', detail: { type: 'bearer' } })
  expect(last()?.detail).not.toHaveProperty('seconds')
})

test('the times of a token are traced from the record that is shown', async ({ room }) => {
  const options = { store: mapStore() }
  const vault = room.open(options)
  const { told } = traced(room, vault)
  const times = () =>
    told(/^store$/).map(({ detail }) => [
      'holds' in detail && detail.holds,
      'receivedAt' in detail && typeof detail.receivedAt,
      'isEarlier' in detail,
    ])
  await vault.callback(await signIn(vault))
  await vault.signOut({ local: true })
  await vault.callback(await signIn(vault))
  await vault.trace()
  // Of those before it the vault has only the name.
  expect(times()).toEqual([
    ['session', false, false],
    ['sign-out', false, false],
    ['session', 'number', false],
  ])
  room.facts.length = 0
  await vault.signOut({ local: true })
  await vault.callback(await signIn(vault))
  expect(times()).toEqual([
    ['sign-out', false, false],
    ['session', 'number', false],
  ])
})
