import { expect } from '@playwright/test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import {
  type Browser,
  clientId,
  refusalOf,
  signedIn,
  test,
  type World,
} from '../support/backend.js'
import { SharedStore, twoProcesses } from '../support/shared-store.js'

const event = 'http://schemas.openid.net/event/backchannel-logout'
const keys = generateKeyPair('ES256')
const otherKeys = generateKeyPair('ES256')

interface Logout {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly typ?: string
  readonly by?: typeof keys
}

/** A logout token of the server. A claim that is `undefined` is left out. */
async function logoutToken(
  { server }: World,
  { claims, typ = 'logout+jwt', by = keys }: Logout = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const usual = {
    iss: server.issuer,
    aud: clientId,
    iat: now,
    exp: now + 120,
    jti: crypto.randomUUID(),
    events: { [event]: {} },
    sid: 's1',
  }
  return new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ alg: 'ES256', typ, kid: 'k' })
    .sign((await by).privateKey)
}

/** Backends that share a store, and a server whose keys sign logout tokens too. */
function listening(world: World): void {
  twoProcesses(world, new SharedStore({ atomic: true }))
  world.server.options.metadata = { jwks_uri: `${world.app}/keys` }
  world.page = async () =>
    Response.json({ keys: [{ ...(await exportJWK((await keys).publicKey)), kid: 'k' }] })
}

/** What the server posts: with no cookie, and from nowhere. */
const tell = async (world: World, token: string): Promise<Response> =>
  fetch(`${world.app}/auth/backchannel`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: token }),
  })

async function signedInAs(world: World, sub: string, sid?: string): Promise<Browser> {
  world.server.options.claims = { sub }
  if (sid) world.server.fail('token', { idToken: { sid } })
  return signedIn(world)
}

const statuses = (browsers: Browser[]): Promise<unknown[]> =>
  Promise.all(browsers.map(async (browser) => (await browser.json('session'))['status']))

test('a logout token with `sid` ends that session in all processes, and no other', async ({
  world,
}) => {
  listening(world)
  const browsers = [
    await signedInAs(world, 'user-1', 's1'),
    await signedInAs(world, 'user-1', 's2'),
    await signedInAs(world, 'user-2'),
  ]
  const answer = await tell(world, await logoutToken(world))
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
  for (let count = 0; count < 2; count++)
    expect(await statuses(browsers)).toEqual(['signed-out', 'signed-in', 'signed-in'])
  expect(browsers[0]?.sessions).toEqual([])
})

test('a logout token with `sub` alone ends all sessions of that user', async ({ world }) => {
  listening(world)
  const browsers = [
    await signedInAs(world, 'user-1', 's1'),
    await signedInAs(world, 'user-1'),
    await signedInAs(world, 'user-2', 's3'),
  ]
  const token = await logoutToken(world, { claims: { sid: undefined, sub: 'user-1' } })
  expect((await tell(world, token)).status).toBe(200)
  expect(await statuses(browsers)).toEqual(['signed-out', 'signed-out', 'signed-in'])
})

test('a logout token with both also ends the user’s sessions without `sid`', async ({ world }) => {
  listening(world)
  const browsers = [await signedInAs(world, 'user-1'), await signedInAs(world, 'user-1', 's2')]
  const token = await logoutToken(world, { claims: { sub: 'user-1' } })
  expect((await tell(world, token)).status).toBe(200)
  expect(await statuses(browsers)).toEqual(['signed-out', 'signed-in'])
})

test('a logout token ends only sessions that began before it, and for good', async ({ world }) => {
  listening(world)
  const now = Math.floor(Date.now() / 1000)
  const browser = await signedInAs(world, 'user-1', 's1')
  expect((await tell(world, await logoutToken(world, { claims: { iat: now - 60 } }))).status).toBe(
    200,
  )
  expect(await statuses([browser])).toEqual(['signed-in'])
  await tell(world, await logoutToken(world))
  await tell(world, await logoutToken(world, { claims: { iat: now - 30 } }))
  expect(await statuses([browser])).toEqual(['signed-out'])
})

test('a call of a session that the server ended is refused', async ({ world }) => {
  listening(world)
  const browser = await signedInAs(world, 'user-1', 's1')
  const cookie = browser.cookieHeader()
  await tell(world, await logoutToken(world))
  for (const path of ['token', 'session'])
    expect(await refusalOf(await browser.call(path, {}, { cookie }))).toEqual([
      401,
      'not_signed_in',
    ])
})

const now = (): number => Math.floor(Date.now() / 1000)
const wrong: Readonly<Record<string, () => Logout>> = {
  'of another issuer': () => ({ claims: { iss: 'https://evil.example' } }),
  'for another client': () => ({ claims: { aud: 'another' } }),
  'that has expired': () => ({ claims: { exp: now() - 120 } }),
  'without an end': () => ({ claims: { exp: undefined } }),
  'of the future': () => ({ claims: { iat: now() + 600 } }),
  'without a time': () => ({ claims: { iat: undefined } }),
  'without `jti`': () => ({ claims: { jti: undefined } }),
  'without the event': () => ({ claims: { events: {} } }),
  'of another event': () => ({ claims: { events: { 'https://evil.example': {} } } }),
  'with a nonce': () => ({ claims: { nonce: 'n' } }),
  'that names nothing': () => ({ claims: { sid: undefined } }),
  'of another type': () => ({ typ: 'at+jwt' }),
  'signed by another key': () => ({ by: otherKeys }),
}
for (const [name, logout] of Object.entries(wrong))
  test(`T51: a logout token ${name} is refused`, async ({ world }) => {
    listening(world)
    const browser = await signedInAs(world, 'user-1', 's1')
    const answer = await tell(world, await logoutToken(world, logout()))
    expect(await refusalOf(answer)).toEqual([400, 'invalid_id_token'])
    expect(await statuses([browser])).toEqual(['signed-in'])
  })

test('a malformed logout token is refused', async ({ world }) => {
  listening(world)
  const browser = await signedInAs(world, 'user-1', 's1')
  const [header = '', claims = ''] = (await logoutToken(world)).split('.')
  const none = btoa('{"alg":"none"}').replaceAll('=', '')
  for (const token of ['', 'x', '..', `${header}.${claims}.`, `${none}.${claims}.`])
    expect(await refusalOf(await tell(world, token)), token).toEqual([400, 'invalid_id_token'])
  expect(await statuses([browser])).toEqual(['signed-in'])
})

test('a logout token counts once', async ({ world }) => {
  listening(world)
  const token = await logoutToken(world)
  expect((await tell(world, token)).status).toBe(200)
  expect(await refusalOf(await tell(world, token))).toEqual([400, 'invalid_id_token'])
})

test('a logout token whose keys cannot be fetched gets a 503, and works again later', async ({
  world,
}) => {
  listening(world)
  const keysOfServer = world.page
  world.page = () => new Response('', { status: 503 })
  const browser = await signedInAs(world, 'user-1', 's1')
  const token = await logoutToken(world)
  expect(await refusalOf(await tell(world, token))).toEqual([503, 'server_error'])
  world.page = keysOfServer
  expect((await tell(world, token)).status).toBe(200)
  expect(await statuses([browser])).toEqual(['signed-out'])
})

test('without a store there is no back-channel logout, and the answer says so', async ({
  world,
}) => {
  const answer = await tell(world, 'x')
  expect(await answer.json()).toMatchObject({
    error: { code: 'config', hint: 'Back-channel logout needs the option `store`.' },
  })
  expect(answer.status).toBe(404)
})
