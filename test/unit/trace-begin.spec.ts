import { expect } from '@playwright/test'
import type { SignInRequest } from '../../src/door.js'
import { labelOf, readReport, toMermaid, toReport } from '../../src/inspector/report.js'
import type { TraceEvent } from '../../src/trace.js'
import { signIn, test, type Room } from '../support/vault.js'
import { finish, whysOf, type Work } from '../support/whys.js'

// What the trace says of how a sign-in began.

const asked = { via: 'redirect', returnTo: 'https://app.example/' } as const

/** The first step of each sign-in that this begins. */
async function beginnings(
  { open, facts }: Room,
  ...requests: readonly Partial<SignInRequest>[]
): Promise<TraceEvent[]> {
  const vault = open()
  await vault.trace()
  for (const request of requests) await vault.authorize({ ...asked, ...request })
  return facts.flatMap((fact) =>
    fact.type === 'trace' && /^(click|begin)$/.test(fact.event.step) ? [fact.event] : [],
  )
}

test('a click begins the sign-in of a user; another sign-in has its reason', async ({ room }) => {
  const events = await beginnings(
    room,
    {},
    { via: 'popup' },
    { by: 'require' },
    { via: 'link' },
    { via: 'iframe' },
  )
  expect(events.map(({ step, from, to, detail }) => [step, from, to, detail])).toEqual([
    ['click', 'user', 'client', {}],
    ['click', 'user', 'client', {}],
    ...['require', 'link', 'iframe'].map((by) => ['begin', 'client', 'client', { by }]),
  ])
})

test('a second trip to the server is no click, even if the first was', async ({ room }) => {
  room.server.options.consentForOffline = true
  const vault = room.open()
  await vault.trace()
  expect(await vault.callback(await signIn(vault))).toHaveProperty('retryUrl')
  const told = room.facts.flatMap((fact) =>
    fact.type === 'trace' && /^(click|begin)$/.test(fact.event.step) ? [fact.event] : [],
  )
  expect(told.map(({ step, detail }) => [step, detail])).toEqual([
    ['click', {}],
    ['begin', { by: 'consent' }],
  ])
})

test('the inspector shows in words what began a sign-in, also in a pasted report', async ({
  room,
}) => {
  const events = await beginnings(room, {}, { by: 'require' }, { via: 'link' }, { via: 'iframe' })
  const { events: replayed } = readReport(toReport({ events }))
  for (const shown of [events, replayed])
    expect(shown.map(labelOf)).toEqual([
      'click',
      'begin the page needs a sign-in',
      'begin a link is prepared',
      'begin in a hidden frame',
    ])
  expect(toMermaid(events)).toContain('  C->>C: begin the page needs a sign-in\n')
  const odd = { events: [{ ...events[1], detail: { by: 'constructor' } }] }
  expect(readReport(JSON.stringify(odd)).events.map(labelOf)).toEqual(['begin'])
})

for (const [consentForOffline, name] of [
  [false, 'a sign-in in one go: nothing is said of consent'],
  [true, 'a sign-in that goes on with `prompt=consent`: the second beginning says so'],
] as const)
  test(name, async ({ room }) => {
    room.server.options.consentForOffline = consentForOffline
    const whys = await whysOf(room, finish)
    const why = 'begin ok: The server gave no refresh token without consent'
    expect(whys.split(why)).toHaveLength(consentForOffline ? 2 : 1)
  })

test('a second sign-in says that the server forgot the pushed request', async ({ room }) => {
  const work: Work = async (vault) => {
    const url = new URL(await signIn(vault))
    url.searchParams.delete('code')
    url.searchParams.set('error', 'invalid_request_uri')
    expect(await vault.callback(url.href)).toHaveProperty('retryUrl')
  }
  expect(await whysOf(room, work, { par: true })).toContain(
    'begin ok: The server no longer knew the pushed request',
  )
})
