import { expect, test } from '@playwright/test'
import { createNotes } from '../../src/vault/notes.js'
import { resolveConfig } from '../../src/config.js'
import type { AuthOptions, Store } from '../../src/options.js'
import type { VaultContext } from '../../src/vault/context.js'
import type { AuthError } from '../../src/errors.js'
import { discover } from '../../src/vault/sign-in/discovery.js'
import { toServer } from '../../src/vault/sign-in/metadata.js'
import { mapStore } from '../support/vault.js'

// How a server's discovery document is stored, and for how long.

const issuer = 'https://id.example'
const day = 86_400_000
const real = globalThis.fetch
test.afterEach(() => void (globalThis.fetch = real))

/** Answer requests for discovery documents from now on: the origins that were asked. */
function serve(): string[] {
  const asked: string[] = []
  globalThis.fetch = async (input) => {
    const { origin } = new URL(String(input))
    asked.push(origin)
    return Response.json({
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      authorization_response_iss_parameter_supported: true,
    })
  }
  return asked
}

/** A client, and what its browser stores. */
function client(shared = mapStore(), options: Partial<AuthOptions> = {}) {
  const given = { issuer, clientId: 'app', redirectUri: '/metadata', ...options }
  const config = resolveConfig(given, 'https://app.example/')
  const context = {
    config,
    notes: createNotes(),
    sharedStore: shared as Store,
  } as unknown as VaultContext
  return { shared, metadata: () => discover(context) }
}

test('T29: each client keeps the document of its own server', async () => {
  const asked = serve()
  const { shared, metadata } = client()
  expect(await metadata()).toMatchObject({ issuer, token_endpoint: `${issuer}/token` })
  const other = 'https://other.example'
  for (const options of [{ issuer: other }, { clientId: 'other' }])
    expect(await client(shared, options).metadata()).toMatchObject({
      issuer: options.issuer ?? issuer,
      token_endpoint: `${options.issuer ?? issuer}/token`,
    })
  expect(asked).toEqual([issuer, other, issuer])
  expect(shared.records.size).toBe(3)
})

test('a stored document serves for a week, and is renewed after a day', async () => {
  for (const [age, requests] of [
    [0.9, 0],
    [1.1, 1],
    [6.9, 1],
    [7.1, 1],
    // The clock was set back.
    [-8, 1],
  ] as const) {
    const asked = serve()
    const { shared, metadata } = client()
    await metadata()
    for (const [key, record] of shared.records) {
      const { document } = record as { document: object }
      const endpoints = { ...document, token_endpoint: `${issuer}/kept` }
      shared.records.set(key, { at: Date.now() - age * day, document: endpoints })
    }
    const { token_endpoint } = await metadata()
    expect(token_endpoint, `${age} days`).toBe(
      Math.abs(age) < 7 ? `${issuer}/kept` : `${issuer}/token`,
    )
    expect(asked.length - 1, `${age} days`).toBe(requests)
  }
})

test('T22: a stored document is checked like a new one', async () => {
  for (const document of [
    { issuer, authorization_endpoint: 'javascript:alert(1)', token_endpoint: `${issuer}/t` },
    { issuer, authorization_endpoint: `${issuer}/a`, token_endpoint: 'http://evil.example/t' },
    { issuer },
    null,
    'document',
  ]) {
    const asked = serve()
    const { shared, metadata } = client()
    await metadata()
    for (const key of shared.records.keys()) shared.records.set(key, { at: Date.now(), document })
    expect(await metadata()).toMatchObject({ authorization_endpoint: `${issuer}/authorize` })
    expect(asked).toHaveLength(2)
  }
})

test('inherited members do not count as a stored document or its issuer', async () => {
  const asked = serve()
  const evil = {
    issuer,
    authorization_endpoint: 'https://evil.example/authorize',
    token_endpoint: 'https://evil.example/token',
  }
  const server = { authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t` }
  const poison = { at: Date.now(), document: evil, issuer: 'https://evil.example' }
  const root = Object.getPrototypeOf({}) as object
  for (const [name, value] of Object.entries(poison))
    Object.defineProperty(root, name, { value, configurable: true, writable: true })
  try {
    expect((await client().metadata()).token_endpoint).toBe(`${issuer}/token`)
    expect((await client(mapStore(), { server }).metadata()).issuer).toBe(issuer)
  } finally {
    for (const name of Object.keys(poison)) Reflect.deleteProperty(root, name)
  }
  expect(asked).toEqual([issuer])
})

/** What is taken of a document; the code of the error where nothing is. */
function take(
  document: object,
  given: Partial<AuthOptions> = {},
): Record<string, unknown> | string {
  const options = { issuer, clientId: 'app', redirectUri: '/metadata', ...given }
  const whole = {
    issuer,
    authorization_endpoint: `${issuer}/a`,
    token_endpoint: `${issuer}/t`,
    ...document,
  }
  try {
    const config = resolveConfig(options, 'https://app.example/')
    return toServer(whole, config) as unknown as Record<string, unknown>
  } catch (error) {
    const { code, hint } = error as AuthError
    return hint?.includes('calls itself') ? `${code} by name` : code
  }
}

for (const [what, document, wanted] of [
  ['another issuer', { issuer: 'https://evil.example' }, 'issuer_mismatch by name'],
  ['an issuer that is no text', { issuer: 7 }, 'issuer_mismatch'],
  ['an endpoint by http', { token_endpoint: 'http://id.example/t' }, 'discovery_failed'],
  ['an endpoint with a user', { token_endpoint: 'https://a@id.example/t' }, 'discovery_failed'],
  [
    'an endpoint with a password',
    { token_endpoint: 'https://:a@id.example/t' },
    'discovery_failed',
  ],
  ['an endpoint that is no text', { jwks_uri: 7 }, 'discovery_failed'],
  ['no token endpoint', { token_endpoint: '' }, 'discovery_failed'],
  ['no authorization endpoint', { authorization_endpoint: undefined }, 'discovery_failed'],
] as const)
  test(`a document with ${what} is refused`, () => {
    expect(take(document)).toBe(wanted)
  })

test('a document must name the configured issuer, if there is one', () => {
  const server = { issuer: 'https://tenant.example' }
  expect(take(server, { server })).toMatchObject(server)
  expect(take({ issuer }, { server })).toBe('issuer_mismatch by name')
})

test('only what is used of a document is kept', () => {
  const found = take({ issuer: `${issuer}/`, other: 1, jwks_uri: '', userinfo_endpoint: null })
  expect(Object.keys(found).toSorted()).toEqual([
    'authorization_endpoint',
    'id_token_signing_alg_values_supported',
    'issuer',
    'token_endpoint',
  ])
  expect(found).toHaveProperty('issuer', `${issuer}/`)
})

test('algorithms that a page can check are kept; an empty list allows all of them', () => {
  const name = 'id_token_signing_alg_values_supported'
  const kept = (listed: unknown) => (take({ [name]: listed }) as Record<string, unknown>)[name]
  expect(kept(['none', 'HS256', 'ES256'])).toEqual(['ES256'])
  expect(kept(['none'])).toEqual(kept(undefined))
  expect(kept(undefined)).toContain('RS256')
})
