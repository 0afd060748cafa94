import { expect } from '@playwright/test'
import type { CallbackResult, Vault } from '../../src/door.js'
import type { AuthOptions } from '../../src/options.js'
import { mapStore, signIn, test, type Room } from '../support/vault.js'

// Which URLs are answers to a sign-in, and what a page is told of them.

/** The error of a callback, and the status that it shows. */
const told = (result: CallbackResult | undefined): (string | undefined)[] => [
  result?.error?.code,
  result?.snapshot.status,
]

/** An error without `state`, as a server sends that does not know the client. */
function stateless({ redirectUri, server }: Room, change: Record<string, string> = {}): string {
  const url = new URL(redirectUri)
  const params = { error: 'access_denied', iss: server.issuer, ...change }
  for (const [name, value] of Object.entries(params)) if (value) url.searchParams.set(name, value)
  return url.href
}

test('an error without state is shown, and the sign-in under way stays usable', async ({
  room,
}) => {
  const vault = room.open()
  expect(await vault.callback(stateless(room))).toBe(undefined)
  const right = await signIn(vault)
  expect(told(await vault.callback(stateless(room)))).toEqual(['access_denied', 'signed-out'])
  expect(told(await vault.callback(right))).toEqual([undefined, 'signed-in'])
})

for (const [what, change] of [
  ['without an error', { error: '' }],
  ['with an error of the app', { error: 'no_such_page' }],
  ['with a code', { code: 'one' }],
  ['without the promised `iss`', { iss: '' }],
  ['with the `iss` of another server', { iss: 'https://evil.example' }],
] as const)
  test(`a URL without state, ${what}, is left to the app`, async ({ room }) => {
    const vault = room.open()
    await signIn(vault)
    expect(await vault.callback(stateless(room, change))).toBe(undefined)
  })

test('an error without state counts only at the exact redirect URI', async ({ room }) => {
  const redirectUri = `${room.redirectUri}?tenant=1`
  const vault = room.open({ redirectUri })
  await signIn(vault)
  const at = (path: string) => vault.callback(stateless({ ...room, redirectUri: path }))
  expect(await at(room.redirectUri)).toBe(undefined)
  expect(await at(redirectUri.replace('/callback/', '/other/'))).toBe(undefined)
  expect(told(await at(redirectUri))).toEqual(['access_denied', 'signed-out'])
})

test('an answer may come in the fragment', async ({ room }) => {
  const vault = room.open({ params: { response_mode: 'fragment' } })
  const url = await signIn(vault)
  expect(new URL(url).search).toBe('')
  expect(told(await vault.callback(url))).toEqual([undefined, 'signed-in'])
})

/** The same answer at another path. */
function moved(url: string, path: (before: string) => string, iss = true): string {
  const there = new URL(url)
  there.pathname = path(there.pathname)
  if (!iss) there.searchParams.delete('iss')
  return there.href
}

test('an answer with `iss` may come to any path, without it only to a similar one', async ({
  room,
}) => {
  room.server.options.metadata = { authorization_response_iss_parameter_supported: undefined }
  const vault = room.open()
  const signsIn = async (change: (url: string) => string) =>
    told(await vault.callback(change(await signIn(vault))))
  const named = (url: string): string => `${url}&iss=${encodeURIComponent(room.server.issuer)}`
  const elsewhere = (): string => '/elsewhere'
  expect(await signsIn((url) => moved(named(url), elsewhere))).toEqual([undefined, 'signed-in'])
  const near = (path: string): string => `${path.toUpperCase()}/index.html`
  expect(await signsIn((url) => moved(url, near))).toEqual([undefined, 'signed-in'])
  await vault.signOut({ local: true })
  expect(await signsIn((url) => moved(url, elsewhere))).toEqual(['config', 'signed-out'])
})

test('an error names the URL it came to, if that is not the redirect URI', async ({ room }) => {
  const vault = room.open()
  const place = 'The answer came to "https://app.example/elsewhere", but'
  const hint = async (error: string, path?: string) => {
    const url = new URL(await signIn(vault))
    url.searchParams.delete('code')
    url.searchParams.set('error', error)
    return (await vault.callback(path ? moved(url.href, () => path) : url.href))?.error?.hint
  }
  expect(await hint('invalid_scope', '/elsewhere')).toMatch(`It said "invalid_scope". ${place}`)
  expect(await hint('invalid_scope')).toBe('It said "invalid_scope".')
  // Here there is nothing else to say.
  const broken = new URL(moved(await signIn(vault), () => '/elsewhere'))
  broken.searchParams.set('iss', 'evil')
  const { error } = (await vault.callback(broken.href)) ?? {}
  expect(error?.code).toBe('issuer_mismatch')
  expect(error?.hint).toMatch(/^The answer came to/)
})

test('the hint names the issuer of an answer, if that is a URL', async ({ room }) => {
  const vault = room.open()
  for (const [iss, hint] of [
    ['https://evil.example/realm', 'It names "https://evil.example/realm".'],
    ['evil', undefined],
    ['', undefined],
  ]) {
    const url = new URL(await signIn(vault))
    url.searchParams.set('iss', iss ?? '')
    const { error } = (await vault.callback(url.href)) ?? {}
    expect([error?.code, error?.hint || undefined]).toEqual(['issuer_mismatch', hint])
  }
})

/** The answer of a server that does not promise to name itself, with this `iss`. */
async function answerNaming({ open }: Room, iss: string, options: Partial<AuthOptions> = {}) {
  const vault = open(options)
  const url = new URL(await signIn(vault))
  if (iss) url.searchParams.set('iss', iss)
  return told(await vault.callback(url.href))
}

test('`iss` must be right, even if the server does not promise it', async ({ room }) => {
  room.server.options.metadata = { authorization_response_iss_parameter_supported: undefined }
  const { issuer } = room.server
  expect(await answerNaming(room, '')).toEqual([undefined, 'signed-in'])
  expect(await answerNaming(room, issuer)).toEqual([undefined, 'signed-in'])
  const evil = 'https://evil.example'
  const wrong = ['issuer_mismatch', 'signed-out']
  expect(await answerNaming(room, evil)).toEqual(wrong)
  const server = {
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
  }
  const byHand = { issuer: undefined, scope: 'read' }
  expect(await answerNaming(room, evil, { ...byHand, server: { ...server, issuer } })).toEqual(
    wrong,
  )
  // A client that knows no issuer has nothing to compare with.
  const redirectUri = `${room.redirectUri}/plain`
  const anyone = await answerNaming(room, evil, { ...byHand, server, redirectUri })
  expect(anyone).toEqual([undefined, 'signed-in'])
})

test('a pushed request is pushed again only if the server forgot it', async ({ room }) => {
  const vault = room.open({ par: true })
  for (const [error, isAgain] of [
    ['access_denied', false],
    ['invalid_request_uri', true],
  ] as const) {
    const url = new URL(await signIn(vault))
    url.searchParams.delete('code')
    url.searchParams.set('error', error)
    expect(!!(await vault.callback(url.href))?.retryUrl, error).toBe(isAgain)
  }
})

test('if a second trip to the server cannot begin, the user is signed in', async ({ room }) => {
  room.server.options.consentForOffline = true
  const vault = room.open()
  const url = await signIn(vault)
  room.server.fail('openid-configuration', { status: 503 }, Infinity)
  const result = await vault.callback(url)
  expect(told(result)).toEqual([undefined, 'signed-in'])
  expect(result?.retryUrl).toBe(undefined)
})

test('a failed callback keeps the session before it', async ({ room }) => {
  const vault = room.open()
  const before = await vault.callback(await signIn(vault))
  const url = new URL(await signIn(vault))
  url.searchParams.set('iss', 'https://evil.example')
  const after = await vault.callback(url.href)
  expect(told(after)).toEqual(['issuer_mismatch', 'signed-in'])
  expect(after?.snapshot.id).toBe(before?.snapshot.id)
})

test('a failed callback shows its error, even if the store fails', async ({ room }) => {
  const get = () => Promise.reject(new Error('No store.'))
  const vault = room.open({ store: { ...mapStore(), get } })
  const url = new URL(await signIn(vault))
  url.searchParams.set('iss', 'https://evil.example')
  expect(told(await vault.callback(url.href))).toEqual(['issuer_mismatch', 'signed-out'])
})

/** Sign in twice: what is said of the session before, and whether the new one is kept by the browser. */
async function kept(vault: Vault, meanwhile = (): void => {}) {
  const before = await vault.callback(await signIn(vault))
  const url = await signIn(vault)
  meanwhile()
  const { undeleted, isKept } = (await vault.callback(url)) ?? {}
  return { id: before?.snapshot.id, undeleted, isKept }
}

test('a session counts as kept if the browser has stored it', async ({ room }) => {
  expect(await kept(room.open())).toMatchObject({ undeleted: '', isKept: false })
  expect(await kept(room.open({ store: mapStore() }))).toMatchObject({ isKept: false })
  expect(await kept(room.open({ store: 'session' }))).toMatchObject({ undeleted: '', isKept: true })
  const { update } = room.own
  const full = await kept(room.open({ store: 'session' }), () => {
    room.own.update = (key, fn) =>
      key.includes(':session:') ? Promise.reject(new Error('No room.')) : update(key, fn)
  })
  expect(full).toMatchObject({ undeleted: `!${full.id}`, isKept: false })
})
