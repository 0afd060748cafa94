import { expect, test } from '@playwright/test'
import { createNotes } from '../../src/vault/notes.js'
import { resolveConfig } from '../../src/config.js'
import type { AuthOptions, Store } from '../../src/options.js'
import { discover } from '../../src/vault/sign-in/discovery.js'
import { fromServer } from '../../src/vault/token/errors.js'
import { mapStore } from '../support/vault.js'

// Where a server's metadata come from, and what is said where they do not come.

const { fetch } = globalThis
test.afterEach(() => void Object.assign(globalThis, { fetch }))

const origin = 'https://id.example'
const issuer = `${origin}/realm`
const oidc = '/realm/.well-known/openid-configuration'
const oauth = '/.well-known/oauth-authorization-server/realm'

const document = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
}

/** Answers by path; any other request finds nothing. `cors`: no page may read the answer. */
type Answers = Record<string, object | number | 'cors'>

function answerBy(answers: Answers): string[] {
  const asked: string[] = []
  globalThis.fetch = async (input, init) => {
    const { pathname } = new URL(String(input))
    const answer = answers[pathname] ?? 404
    if (init?.method) asked.push(pathname)
    if (typeof answer === 'object') return Response.json(answer)
    if (answer === 'cors' && init?.mode !== 'no-cors') throw new TypeError('Failed to fetch')
    return new Response('', { status: answer === 'cors' ? 200 : answer })
  }
  return asked
}

/** Another page, at an address of its own. */
function page(options: Partial<AuthOptions> = {}, sharedStore: Store = mapStore()) {
  const given = { issuer, clientId: 'app', redirectUri: `/${crypto.randomUUID()}`, ...options }
  const config = resolveConfig(given, 'https://app.example/')
  const context = { config, notes: createNotes(), sharedStore }
  return () =>
    discover(context).then(
      ({ token_endpoint }) => token_endpoint,
      (error: unknown) => fromServer(error).code,
    )
}

for (const [what, answers, wanted, paths] of [
  ['OpenID Connect Discovery', { [oidc]: document }, `${issuer}/token`, [oidc]],
  ['RFC 8414', { [oauth]: document }, `${issuer}/token`, [oidc, oauth]],
  [
    'RFC 8414, behind a path without CORS',
    { [oidc]: 'cors', [oauth]: document },
    `${issuer}/token`,
    [oidc, oauth],
  ],
  ['no document', {}, 'discovery_failed', [oidc, oauth]],
  ['an origin that no page may read', { [oidc]: 'cors' }, 'cors', [oidc, oauth]],
  ['a server that fails', { [oidc]: 503, [oauth]: document }, 'server_error', [oidc]],
  [
    'a document that does not name its issuer',
    { [oidc]: { ...document, issuer: undefined } },
    'discovery_failed',
    [oidc, oauth],
  ],
] as const)
  test(`metadata by ${what}: ${wanted}`, async () => {
    const asked = answerBy(answers)
    expect(await page()()).toBe(wanted)
    expect(asked).toEqual(paths)
  })

test('configured endpoints need no discovery if both are there', async () => {
  const { issuer: _, ...server } = document
  const asked = answerBy({ [oidc]: { ...document, token_endpoint: `${issuer}/other` } })
  expect(await page({ server })()).toBe(`${issuer}/token`)
  expect(asked).toEqual([])
  const { authorization_endpoint, token_endpoint } = server
  expect(await page({ server: { token_endpoint } as never })()).toBe(`${issuer}/token`)
  expect(await page({ server: { authorization_endpoint } as never })()).toBe(`${issuer}/other`)
  expect(asked).toEqual([oidc, oidc])
})

test('a click joins the discovery that is under way', async () => {
  const asked = answerBy({ [oidc]: document })
  const ask = page()
  expect(await Promise.all([ask(), ask()])).toEqual([`${issuer}/token`, `${issuer}/token`])
  expect(asked).toEqual([oidc])
})

test('a copy that is old serves, also where it cannot be renewed', async () => {
  const store = mapStore()
  answerBy({ [oidc]: document })
  await page({}, store)()
  const [name = ''] = store.records.keys()
  store.records.set(name, { at: Date.now() - 2 * 86_400_000, document })
  const heard: unknown[] = []
  const hear = (reason: unknown): void => void heard.push(reason)
  process.on('unhandledRejection', hear)
  const asked = answerBy({ [oidc]: 503 })
  expect(await page({}, store)()).toBe(`${issuer}/token`)
  await expect.poll(() => asked).toEqual([oidc])
  await new Promise((done) => setTimeout(done, 0))
  process.off('unhandledRejection', hear)
  expect(heard).toEqual([])
})

test('T4: servers share a redirect URI only if all but one send `iss`', async () => {
  const redirectUri = `/${crypto.randomUUID()}`
  const server = (name: string, isNamed: boolean) => {
    const own = `https://${name}.example`
    return page({
      issuer: own,
      redirectUri,
      server: {
        authorization_endpoint: `${own}/a`,
        token_endpoint: `${own}/t`,
        authorization_response_iss_parameter_supported: isNamed,
      },
    })
  }
  expect(await server('one', false)()).toBe('https://one.example/t')
  expect(await server('two', true)()).toBe('https://two.example/t')
  expect(await server('three', false)()).toBe('config')
  // The one that is refused is no reason to refuse others that name themselves.
  expect(await server('four', true)()).toBe('https://four.example/t')
})
