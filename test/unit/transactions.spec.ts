import { expect, test } from '@playwright/test'
import { AuthError } from '../../src/errors.js'
import type { Via } from '../../src/door.js'
import type { Store } from '../../src/options.js'
import { signOut } from '../../src/vault/sign-in/sign-out.js'
import { transactions, type Transaction } from '../../src/vault/sign-in/transactions.js'
import { issuer, room, server } from '../support/sign-ins.js'
import { startedAt } from '../support/vault.js'

// The sign-ins under way, and what is left to do at a sign-out.

const { fetch } = globalThis
test.afterEach(() => void Object.assign(globalThis, { fetch }))

const started = (more: Partial<Transaction> = {}): Transaction => ({
  ...startedAt(issuer),
  createdAt: Date.now(),
  ...more,
})

const failing: Store = {
  get: () => Promise.reject(new AuthError('storage')),
  update: () => Promise.reject(new AuthError('storage')),
}

test('a transaction is taken once', async () => {
  const { context, shared } = await room()
  const all = transactions(context)
  await all.put('one', started())
  await all.put('two', started({ returnTo: '/two' }))
  expect(await all.take('toString')).toBe(undefined)
  expect(await all.take('two')).toMatchObject({ returnTo: '/two' })
  expect(await all.take('two')).toBe(undefined)
  expect(shared.records.size).toBe(1)
  expect(await all.take('one')).toMatchObject({ returnTo: '/' })
  // Nothing is left behind.
  expect(shared.records.size).toBe(0)
})

test('a sign-out tells links by a channel that it closes again', async () => {
  const { BroadcastChannel: real } = globalThis
  const { context } = await room()
  const heard: unknown[] = []
  const line = new real('pixy-auth:links')
  line.onmessage = ({ data }) => heard.push(data)
  let open = 0
  globalThis.BroadcastChannel = class extends real {
    constructor(name: string) {
      super(name)
      open++
    }
    override close(): void {
      open--
      super.close()
    }
  }
  try {
    await transactions(context).clear()
    await expect.poll(() => heard).toEqual([0])
    expect(open).toBe(0)
  } finally {
    globalThis.BroadcastChannel = real
    line.close()
  }
})

test('if the shared store fails, the tab keeps its sign-in, unless it has a key', async () => {
  const { context, own, shared } = await room()
  const all = transactions({ ...context, sharedStore: failing })
  await all.put('one', started())
  // The tab notes which one it started, and where the code will be exchanged.
  expect([own.records.size, shared.records.size]).toEqual([3, 0])
  expect(await all.newest()).toMatchObject({ via: 'redirect' })
  expect(await all.take('one')).toMatchObject({ via: 'redirect' })
  const bound = all.put('two', started({ key: {} as never }))
  await expect(bound).rejects.toMatchObject({ code: 'storage' })
  expect(own.records.size).toBe(2)
  const nowhere = transactions({ ...context, sharedStore: failing, tabStore: failing })
  await expect(nowhere.put('one', started())).rejects.toMatchObject({ code: 'storage' })
  expect(await nowhere.take('one')).toBe(undefined)
  expect(await nowhere.newest()).toBe(undefined)
})

test('a sign-in works in a tab that cannot store anything', async () => {
  const { context } = await room()
  const all = transactions({ ...context, tabStore: failing })
  await all.put('one', started())
  expect(await all.take('one')).toMatchObject({ via: 'redirect' })
})

test('the newest sign-in is found without being taken; a link is none', async () => {
  const { context } = await room()
  const all = transactions(context)
  expect(await all.newest()).toBe(undefined)
  const now = Date.now()
  await all.put('old', started({ returnTo: '/old', createdAt: now - 2000 }))
  await all.put('new', started({ returnTo: '/new', createdAt: now - 1000 }))
  await all.put('link', started({ via: 'link', returnTo: '/link', createdAt: now }))
  expect(await all.newest()).toMatchObject({ returnTo: '/new' })
  expect(await all.take('new')).toMatchObject({ returnTo: '/new' })
  expect(await all.newest()).toBe(undefined)
})

test('an expired or malformed transaction counts as missing', async () => {
  const { context, shared } = await room()
  const all = transactions(context)
  await all.put('one', started())
  const [name = ''] = shared.records.keys()
  const hour = 3_600_000
  for (const wrong of [
    { ...started(), createdAt: Date.now() - hour },
    { ...started(), createdAt: Date.now() + hour + 1000 },
    { ...started(), createdAt: `${Date.now()}` },
    { ...started(), via: 7 },
    null,
  ]) {
    shared.records.set(name, { one: wrong })
    expect(await all.take('one')).toBe(undefined)
  }
})

test('links prepared ahead replace no sign-in, and the newest are kept', async () => {
  const { context, shared } = await room()
  const all = transactions(context)
  const put = (state: string, via: Via, createdAt: number): Promise<void> =>
    all.put(state, started({ via, createdAt }))
  const now = Date.now()
  await put('first', 'redirect', now - 5000)
  for (let at = 0; at < 12; at++) await put(`link-${at}`, 'link', now - 4000 + at)
  for (let at = 0; at < 20; at++) await put(`sign-in-${at}`, 'redirect', now - 3000 + at)
  const [record] = shared.records.values()
  const names = Object.keys(record as object)
  expect(names.filter((name) => name.startsWith('link')).toSorted()).toEqual(
    Array.from({ length: 10 }, (_, at) => `link-${at + 2}`).toSorted(),
  )
  expect(names.filter((name) => !name.startsWith('link'))).toHaveLength(20)
  expect(names).not.toContain('first')
})

interface Left {
  session?: object
  local?: boolean
  /** Another refresh token by then. */
  renewed?: string
  end?: string
  /** How the server answers a revocation. */
  answer?: () => Response
  /** Where the app wants to be next. */
  next?: string | undefined
}

/** Sign out: where to go next, and what was revoked. */
async function leave(given: Left = {}) {
  const { session = {}, local = false, renewed, end = '/end', answer } = given
  const { next: postLogoutRedirectUri } = { next: '/bye', ...given }
  const revoked: (string | null)[] = []
  globalThis.fetch = async (_, init) => {
    revoked.push(new URLSearchParams(String(init?.body)).get('token'))
    return answer?.() ?? new Response()
  }
  const known = {
    ...server,
    revocation_endpoint: `${issuer}/revoke`,
    ...(end && { end_session_endpoint: end.startsWith('/') ? issuer + end : end }),
  }
  const { context, shared } = await room({ postLogoutRedirectUri }, { server: known, ...session })
  await transactions(context).put('one', started())
  const held = context.session.active()
  const before = held && { ...held, refreshToken: renewed ?? held.refreshToken }
  const ending = Promise.resolve({ before, isSaved: true })
  const url = await signOut(context, held, ending, { local })
  return { url, revoked, pending: shared.records.size }
}

test('a sign-out revokes, forgets sign-ins under way, and goes to the server', async () => {
  const { url, revoked, pending } = await leave()
  const { origin, pathname, searchParams } = new URL(url ?? '')
  expect([origin + pathname, revoked, pending]).toEqual([`${issuer}/end`, ['sent'], 0])
  expect(Object.fromEntries(searchParams)).toMatchObject({
    id_token_hint: 'ID before',
    client_id: 'app',
    post_logout_redirect_uri: 'https://app.example/bye',
  })
  const bare = await leave({ session: { idToken: undefined } })
  expect(new URL(bare.url ?? '').searchParams.has('id_token_hint')).toBe(false)
})

test('the server sends the user back to the app, unless the option is empty', async () => {
  for (const [next, back] of [
    [undefined, 'https://app.example/sign-ins'],
    ['', null],
  ] as const) {
    const { url } = await leave({ next })
    expect(new URL(url ?? '').searchParams.get('post_logout_redirect_uri')).toBe(back)
  }
})

test('a token that another tab got meanwhile is revoked, too, and no token twice', async () => {
  expect((await leave({ renewed: 'next' })).revoked).toEqual(['sent', 'next'])
  expect((await leave({ session: { refreshToken: undefined } })).revoked).toEqual([])
})

test('a revocation that fails or hangs does not stop a sign-out', async () => {
  for (const answer of [() => new Response('', { status: 503 }), () => new Promise(() => {})]) {
    const { url } = await leave({ answer: answer as () => Response })
    expect(url).toMatch(/^https:..id.example.end/)
  }
})

test('a local sign-out makes no request to the server', async () => {
  const { url, revoked, pending } = await leave({ local: true })
  expect([url, revoked, pending]).toEqual([undefined, [], 0])
})

for (const end of ['', 'javascript:alert(1)', 'http://id.example/end', 'no URL'])
  test(`with the sign-out URL "${end}" a sign-out goes to the app’s page`, async () => {
    expect((await leave({ end })).url).toBe('https://app.example/bye')
  })
