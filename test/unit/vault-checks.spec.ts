import { expect } from '@playwright/test'
import { bearers, mapStore, request, signIn, test, type Room } from '../support/vault.js'

// The vault does not rely on the page: it repeats the checks that the page has made.

const api = ({ server }: Room): string => `${server.issuer}/api/me`

test('a request to an unlisted URL is refused', async ({ room }) => {
  const vault = room.open()
  await vault.callback(await signIn(vault))
  const elsewhere = [`${room.server.issuer}/apis`, 'https://evil.example/']
  const sent = await bearers(async () => {
    for (const url of elsewhere) {
      await expect(vault.fetch(request(url))).rejects.toMatchObject({ code: 'url_not_allowed' })
      await expect(vault.getAccessToken({ url })).rejects.toMatchObject({ code: 'url_not_allowed' })
    }
    const relative = vault.getAccessToken({ url: api(room).slice(5) })
    await expect(relative).rejects.toMatchObject({ code: 'url_not_allowed' })
  })
  expect(sent).toEqual([])
  expect(await bearers(() => vault.fetch(request(api(room))))).toEqual([api(room)])
})

test('a request that could not carry a token is refused', async ({ room }) => {
  const vault = room.open()
  await vault.callback(await signIn(vault))
  const call = vault.fetch(request(api(room), { mode: 'no-cors' }))
  await expect(call).rejects.toMatchObject({ code: 'unsupported' })
})

test('T11: in Firefox, and in a path, a request with a token follows no redirect', async ({
  room,
}) => {
  const { issuer } = room.server
  const resources = [
    issuer,
    `${issuer}/api/own`,
    { url: `${issuer}/api/trusted`, redirect: 'follow' as const },
  ]
  const vault = room.open({ resources })
  await vault.callback(await signIn(vault))
  const real = [globalThis.fetch, globalThis.navigator] as const
  const modes: (string | undefined)[] = []
  globalThis.fetch = async (input, init) => {
    const { redirect } = new Request(input, init)
    modes.push(redirect)
    return redirect === 'manual'
      ? Object.defineProperty(new Response(), 'type', { value: 'opaqueredirect' })
      : real[0](input, init)
  }
  const as = (userAgent: string) =>
    Object.defineProperty(globalThis, 'navigator', { value: { userAgent }, configurable: true })
  try {
    as('Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0')
    const call = vault.fetch(request(api(room)))
    await expect(call).rejects.toMatchObject({ code: 'url_not_allowed' })
    await vault.fetch(request(`${issuer}/api/trusted`))
    as('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0')
    await vault.fetch(request(api(room)))
    const inPath = vault.fetch(request(`${issuer}/api/own/me`))
    await expect(inPath).rejects.toMatchObject({ code: 'url_not_allowed' })
  } finally {
    globalThis.fetch = real[0]
    Object.defineProperty(globalThis, 'navigator', { value: real[1], configurable: true })
  }
  expect(modes).toEqual(['manual', 'follow', 'follow', 'manual'])
})

test('signed out, a request is refused unless its resource is anonymous', async ({ room }) => {
  await expect(room.open().fetch(request(api(room)))).rejects.toMatchObject({
    code: 'not_signed_in',
  })
  const vault = room.open({ resources: [{ url: `${room.server.issuer}/api`, anonymous: true }] })
  expect(await vault.fetch(request(api(room)))).toMatchObject({ status: 200 })
})

test('T28: a call made while signed out gets no token of a later sign-in', async ({ room }) => {
  const { issuer } = room.server
  const resources = [`${issuer}/api`, { url: `${issuer}/open`, anonymous: true }]
  const vault = room.open({ resources })
  await vault.callback(await signIn(vault))
  const call = vault.fetch(request(api(room)), null)
  await expect(call).rejects.toMatchObject({ code: 'not_signed_in' })
  const open = `${issuer}/open`
  expect(await bearers(() => vault.fetch(request(open), null))).toEqual([])
  expect(await bearers(() => vault.fetch(request(open)))).toEqual([open])
})

test('an unknown state is refused, even if it is the name of an inherited member', async ({
  room,
}) => {
  const vault = room.open()
  const answer = new URL(await signIn(vault))
  const own = answer.searchParams.get('state')?.slice(0, 10) ?? ''
  const inherited = `${own}inherited`
  // eslint-disable-next-line no-extend-native -- removed again below
  Object.defineProperty(Object.prototype, inherited, { value: {}, configurable: true })
  const foreign = ['constructor', 'toString', '__proto__', 'px1r', '']
  for (const state of [...foreign, own, `${own}x`, inherited]) {
    answer.searchParams.set('state', state)
    const finished = await vault.callback(answer.href)
    if (state.startsWith(own))
      expect(finished?.snapshot, state).toMatchObject({ error: { code: 'unknown_transaction' } })
    else expect(finished, state).toBeUndefined()
  }
  Reflect.deleteProperty(Object.prototype, inherited)
  expect(room.server.requests('token')).toEqual([])
})

test('maxAge refuses a sign-in that is older', async ({ room }) => {
  for (const [ago, status] of [
    [120, 'signed-out'],
    [30, 'signed-in'],
  ] as const) {
    const vault = room.open()
    const url = await vault.authorize({ via: 'redirect', returnTo: '/', maxAge: 60 })
    const { headers } = await fetch(url, { redirect: 'manual' })
    room.server.fail('token', { idToken: { auth_time: Math.floor(Date.now() / 1000) - ago } })
    const finished = await vault.callback(headers.get('location') ?? '')
    expect(finished?.snapshot.status, `${ago} s ago`).toBe(status)
  }
})

/** The outcome of a refresh after another tab has changed the record, of which this tab has not heard. */
async function refreshed(
  room: Room,
  options: Parameters<Room['open']>[0],
  members: object,
): Promise<string> {
  const store = mapStore()
  const vault = room.open({ ...options, store })
  await vault.callback(await signIn(vault))
  const key = [...store.records.keys()].find((name) => name.includes(':session:')) ?? ''
  store.records.set(key, { ...(store.records.get(key) as object), ...members })
  return vault.refresh().then(
    ({ status }) => status,
    ({ code }: { code: string }) => code,
  )
}

const another = { id: 'another', version: 9 }

test('a session that has been replaced is not refreshed', async ({ room }) => {
  const user = { sub: 'user-2' }
  expect(await refreshed(room, {}, { ...another, user })).toBe('account_changed')
  expect(await refreshed(room, {}, another)).toBe('signed-in')
  expect(room.server.refreshTokenUses).toEqual([])
})

test('a refusal of a refresh token that was renewed meanwhile ends no session', async ({
  room,
}) => {
  const store = mapStore()
  const vault = room.open({ store })
  await vault.callback(await signIn(vault))
  const before = await vault.getAccessToken({})
  const real = globalThis.fetch
  globalThis.fetch = async () => {
    // A tab that has overtaken this one has stored its answer.
    for (const [key, record] of store.records) {
      const { tokens, lease: _, ...rest } = record as { tokens: { ''?: object }; lease?: object }
      if (!tokens) continue
      const later = { ...tokens[''], value: 'later' }
      store.records.set(key, { ...rest, version: 9, refreshToken: 'later', tokens: { '': later } })
    }
    return Response.json({ error: 'invalid_grant' }, { status: 400 })
  }
  const refreshed = vault.refresh().finally(() => (globalThis.fetch = real))
  expect(await refreshed).toMatchObject({ status: 'signed-in' })
  expect(await vault.getAccessToken({})).toBe('later')
  expect(before).not.toBe('later')
})

test('an inherited member does not end the attempt of another tab', async ({ room }) => {
  const store = mapStore()
  const vaults = [room.open({ store }), room.open({ store })]
  await vaults[0]?.callback(await signIn(vaults[0]))
  await vaults[1]?.open(undefined)
  const root = Object.getPrototypeOf({}) as object
  Object.defineProperty(root, 'settled', { value: true, configurable: true, writable: true })
  try {
    await Promise.all(vaults.map((vault) => vault.refresh()))
  } finally {
    Reflect.deleteProperty(root, 'settled')
  }
  expect(room.server.refreshTokenUses).toHaveLength(1)
})

test('T28: a call belongs to the session that was there when it reached the vault', async ({
  room,
}) => {
  const store = mapStore()
  const vault = room.open({ store })
  await vault.callback(await signIn(vault))
  const [[key, record] = []] = store.records
  store.records.set(key ?? '', { ...(record as object), ...another, user: { sub: 'user-2' } })
  const resumed = vault.resume()
  const call = vault.fetch(request(api(room)))
  await expect(call).rejects.toMatchObject({ code: 'account_changed' })
  await resumed
})

test('T28: a request that the page made for another user is refused', async ({ room }) => {
  const vault = room.open()
  await vault.callback(await signIn(vault))
  const call = vault.fetch(request(api(room)), { id: 'another', sub: 'user-2' })
  await expect(call).rejects.toMatchObject({ code: 'account_changed' })
})

test('two sessions without a user name belong to two users', async ({ room }) => {
  room.server.options.openid = false
  const { issuer } = room.server
  const endpoints = {
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
  }
  const options = { issuer: undefined, server: endpoints, scope: 'read' }
  expect(await refreshed(room, options, another)).toBe('account_changed')
  expect(await refreshed(room, options, {})).toBe('signed-in')
})

test('claims of UserInfo about one user are not returned to the next', async ({ room }) => {
  const store = mapStore()
  const [vault, other] = [room.open({ store }), room.open({ store })]
  await vault.callback(await signIn(vault))
  const real = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    const answer = await real(input, init)
    if (!String(input).includes('userinfo')) return answer
    // While it was on its way another user has signed in, and this tab knows.
    room.server.consent = { subject: 'user-2' }
    await other.callback(await signIn(other))
    await vault.open(undefined)
    return answer
  }
  room.server.fail('userinfo', { body: (json) => ({ ...json, nickname: 'of user-1' }) })
  const asked = vault.userInfo().finally(() => (globalThis.fetch = real))
  await expect(asked).rejects.toMatchObject({ code: 'account_changed' })
  expect(JSON.stringify(await other.open(undefined))).not.toContain('of user-1')
})

test('claims of UserInfo about one user are not stored for the next', async ({ room }) => {
  const { server, facts } = room
  const map = mapStore()
  let lastMoment = async (): Promise<void> => {}
  const update: typeof map.update = (key, fn) => lastMoment().then(() => map.update(key, fn))
  const vault = room.open({ store: { get: map.get, update } })
  server.options.claims = { name: 'Ada' }
  await vault.callback(await signIn(vault))
  const [[key, record] = []] = map.records
  lastMoment = async () => {
    const version = (record as { version: number }).version + 1
    map.records.set(key ?? '', { ...(record as object), id: 'new', version, user: { sub: 'bob' } })
    const line = new BroadcastChannel(`pixy-auth:${server.issuer} app`)
    line.postMessage('changed')
    await expect.poll(() => JSON.stringify(facts.at(-1)), { intervals: [10] }).toContain('bob')
    line.close()
  }
  await expect(vault.userInfo()).rejects.toMatchObject({ code: 'account_changed' })
  expect(map.records.get(key ?? '')).toMatchObject({ id: 'new' })
  expect(map.records.get(key ?? '')).toHaveProperty('user', { sub: 'bob' })
})
