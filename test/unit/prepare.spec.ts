import { expect } from '@playwright/test'
import type { SignInRequest, Vault } from '../../src/door.js'
import type { AuthOptions } from '../../src/index.js'
import { callsTold } from '../support/trace.js'
import { signIn, test, type Room } from '../support/vault.js'

// A request that is made ahead of the click that sends it.

const { now } = Date
test.afterEach(() => void Object.assign(Date, { now }))

const here: SignInRequest = {
  via: 'redirect',
  returnTo: 'https://app.example/deep',
  prompt: 'login',
  params: { a: '1', b: '2' },
  authorizationDetails: [{ type: 'payment' }],
}

/** Go to the server and come back: the status that is shown then. */
async function finish(vault: Vault, url: string): Promise<string | undefined> {
  const answer = await fetch(url, { redirect: 'manual' })
  return (await vault.callback(answer.headers.get('location') ?? ''))?.snapshot.status
}

/** A vault whose requests are pushed, and how many were. */
function open({ open: make, server }: Room, options: Partial<AuthOptions> = {}) {
  const vault = make({ par: true, ...options })
  return { vault, pushes: () => server.requests('par').length }
}

/** Its metadata, for a client that need not ask. */
const serverOf = ({ server: { issuer } }: Room): AuthOptions['server'] => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
})

test('a request that was made ahead is pushed once, and the click pushes none', async ({
  room,
}) => {
  const { vault, pushes } = open(room)
  await Promise.all([vault.prepare(here), vault.prepare(here)])
  await vault.prepare({ ...here })
  expect(pushes()).toBe(1)
  const before = room.server.ledger.length
  // Whatever the order of the options.
  const url = await vault.authorize(Object.fromEntries(Object.entries(here).toReversed()) as never)
  expect(room.server.ledger).toHaveLength(before)
  const again = await vault.authorize(here)
  expect(again).not.toBe(url)
  expect(pushes()).toBe(2)
  expect(await finish(vault, url)).toBe('signed-in')
})

test('a click joins the push that is under way', async ({ room }) => {
  const { vault, pushes } = open(room)
  room.server.fail('par', { delay: 600_000 }, 1)
  void vault.prepare(here)
  const url = vault.authorize(here)
  await expect.poll(pushes).toBe(1)
  room.server.heal()
  expect(await finish(vault, await url)).toBe('signed-in')
  expect(pushes()).toBe(1)
})

test('a click that joins a failed push makes a request of its own', async ({ room }) => {
  const { vault, pushes } = open(room)
  room.server.fail('par', { status: 400 }, 1)
  void vault.prepare(here)
  expect(await finish(vault, await vault.authorize(here))).toBe('signed-in')
  expect(pushes()).toBe(2)
})

test('without PAR a prepared request makes no request to the server', async ({ room }) => {
  const { vault } = open(room, { par: false, server: serverOf(room) })
  await vault.prepare(here)
  expect(room.server.ledger).toEqual([])
  expect(await finish(vault, await vault.authorize(here))).toBe('signed-in')
})

for (const [what, more] of [
  ['another prompt', { prompt: 'none' }],
  ['more options', { loginHint: 'ada' }],
  ['another address of the page', { returnTo: 'https://app.example/other' }],
  ['another way', { via: 'popup' }],
  ['another answer', { random: 'r'.repeat(30) }],
  ['other parameters', { params: { a: '1', b: '3' } }],
  ['other authorization details', { authorizationDetails: [{ type: 'transfer' }] }],
] as const)
  test(`a click with ${what} makes a request of its own`, async ({ room }) => {
    const { vault, pushes } = open(room)
    await vault.prepare(here)
    await vault.authorize({ ...here, ...more })
    expect(pushes()).toBe(2)
    // What was made ahead is still good for what it was made for.
    expect(await finish(vault, await vault.authorize(here))).toBe('signed-in')
    expect(pushes()).toBe(2)
  })

test('after ten seconds a click or a press makes a request of its own', async ({ room }) => {
  for (const [ms, count] of [
    [9999, 1],
    [10_000, 2],
    [-10_000, 2],
  ] as const) {
    const { vault, pushes } = open(room)
    const before = pushes()
    const at = now()
    Object.assign(Date, { now: () => at })
    await vault.prepare(here)
    Object.assign(Date, { now: () => at + ms })
    await vault.prepare(here)
    expect(pushes() - before, `${ms} ms later`).toBe(count)
    Object.assign(Date, { now: () => at + 2 * ms })
    const url = await vault.authorize(here)
    expect(pushes() - before, `${ms} ms later`).toBe(count + 1)
    Object.assign(Date, { now })
    expect(await finish(vault, url)).toBe('signed-in')
  }
})

/** What a click makes of a request that was pushed ahead some milliseconds before. @returns how many are pushed */
async function clickAfter(ms: number, room: Room): Promise<number> {
  const { vault, pushes } = open(room)
  const before = pushes()
  const at = now()
  Object.assign(Date, { now: () => at })
  await vault.prepare(here)
  Object.assign(Date, { now: () => at + ms })
  expect(await finish(vault, await vault.authorize(here))).toBe('signed-in')
  return pushes() - before
}

test('a prepared request that the server may have forgotten is made again', async ({ room }) => {
  for (const [seconds, ms, count] of [
    [5, 3999, 1],
    [5, 4000, 2],
    [1, 0, 2],
    [11, 9999, 1],
    [600, 10_000, 2],
  ] as const) {
    room.server.options.pushedLifetime = seconds
    expect(await clickAfter(ms, room), `${ms} ms of ${seconds} s`).toBe(count)
  }
})

test('a lifetime that is of no use keeps no prepared request from its use', async ({ room }) => {
  for (const expires_in of [undefined, null, 0, -1, '', 'soon', {}, [], 1e300]) {
    room.server.fail('par', { body: (json) => ({ ...json, expires_in }) })
    expect(await clickAfter(9999, room), JSON.stringify(expires_in)).toBe(1)
  }
})

for (const [when, between] of [
  ['the user has signed in', async (vault) => vault.callback(await signIn(vault))],
  ['the user has signed out', async (vault) => vault.signOut({ local: true })],
  ['the session was renewed', async (vault) => vault.refresh()],
] as const satisfies readonly (readonly [string, (vault: Vault) => Promise<unknown>])[])
  test(`after ${when} the click makes its own request`, async ({ room }) => {
    const { vault, pushes } = open(room)
    if (!when.endsWith('in')) await vault.callback(await signIn(vault))
    await vault.prepare(here)
    await between(vault)
    const before = pushes()
    const url = await vault.authorize(here)
    expect(pushes()).toBe(before + 1)
    expect(await finish(vault, url)).toBe('signed-in')
  })

test('a sign-out while signed out does not end a later sign-in', async ({ room }) => {
  const { vault } = open(room)
  await vault.prepare(here)
  const at = now()
  Object.assign(Date, { now: () => at + 1000 })
  await vault.signOut({ local: true })
  Object.assign(Date, { now: () => at + 2000 })
  expect(await finish(vault, await vault.authorize(here))).toBe('signed-in')
})

test('a failed push is repeated by the next press or click', async ({ room }) => {
  const { vault, pushes } = open(room)
  room.server.fail('par', { status: 400 }, 2)
  await vault.prepare(here)
  await vault.prepare(here)
  expect(pushes()).toBe(2)
  expect(await finish(vault, await vault.authorize(here))).toBe('signed-in')
  expect(pushes()).toBe(3)
})

test('options that JSON cannot hold are refused by the click', async ({ room }) => {
  const { vault, pushes } = open(room)
  const wrong = { ...here, params: { a: 1n } } as unknown as SignInRequest
  await expect(vault.prepare(wrong)).rejects.toThrow(TypeError)
  await expect(vault.authorize(wrong)).rejects.toMatchObject({ code: 'config' })
  expect(pushes()).toBe(0)
})

test('a toJSON in Object.prototype does not change the request', async ({ room }) => {
  const { vault } = open(room, { par: false, server: serverOf(room) })
  const root = Object.prototype
  Object.defineProperty(root, 'toJSON', { value: () => 'all', configurable: true })
  try {
    await vault.prepare(here)
    const url = await vault.authorize({ ...here, params: { a: '3' } })
    expect(new URL(url).searchParams.get('a')).toBe('3')
  } finally {
    Reflect.deleteProperty(root, 'toJSON')
  }
})

test('a request that is never used leaves nothing in the store', async ({ room }) => {
  const { vault } = open(room)
  await signIn(vault)
  const before = JSON.stringify([...room.own.records])
  await vault.prepare(here)
  await vault.prepare({ ...here, loginHint: 'ada' })
  expect(JSON.stringify([...room.own.records])).toBe(before)
})

test('an error without `state` belongs to the started sign-in, not a prepared one', async ({
  room,
}) => {
  const { vault } = open(room)
  await signIn(vault)
  await vault.prepare({ ...here, returnTo: 'https://app.example/prepared' })
  const answer = new URL(room.redirectUri)
  answer.search = `${new URLSearchParams({ error: 'access_denied', iss: room.server.issuer })}`
  expect(await vault.callback(answer.href)).toMatchObject({
    error: { oauth: { error: 'access_denied' } },
    returnTo: 'https://app.example/deep',
  })
})

test('a prepared request that the server forgot is pushed once more', async ({ room }) => {
  const { vault, pushes } = open(room)
  await vault.prepare(here)
  const forgot = async (href: string) => {
    const answer = new URL(
      (await fetch(href, { redirect: 'manual' })).headers.get('location') ?? '',
    )
    answer.searchParams.delete('code')
    answer.searchParams.set('error', 'invalid_request_uri')
    return vault.callback(answer.href)
  }
  const { retryUrl = '' } = (await forgot(await vault.authorize(here))) ?? {}
  expect(pushes()).toBe(2)
  expect(room.server.requests('par').map(({ params }) => params['prompt'])).toEqual([
    'login',
    'login',
  ])
  expect((await forgot(retryUrl))?.retryUrl).toBe(undefined)
  expect(pushes()).toBe(2)
})

test('the trace has the press, the click, and the moment of leaving', async ({ room }) => {
  const { vault } = open(room)
  await vault.trace()
  await vault.prepare()
  await vault.prepare(here)
  const told = (): unknown[] => {
    const events = new Map(
      room.facts.flatMap((fact) => (fact.type === 'trace' ? [[fact.event.id, fact.event]] : [])),
    )
    return [...events.values()].flatMap(({ step, detail }) =>
      /^(begin|click|par|authorize)$/.test(step) ? [[step, 'by' in detail && detail.by]] : [],
    )
  }
  const ahead = [
    ['begin', 'prepare'],
    ['par', false],
  ]
  await callsTold()
  expect(told()).toEqual(ahead)
  await vault.authorize(here)
  expect(told()).toEqual([...ahead, ['click', false], ['authorize', false]])
})
