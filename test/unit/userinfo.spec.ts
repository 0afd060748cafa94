import { expect, test } from '@playwright/test'
import type { AuthError } from '../../src/errors.js'
import { tokenKey } from '../../src/lib/resources.js'
import type { AuthOptions } from '../../src/options.js'
import { createAccessTokens } from '../../src/vault/calls/access-tokens.js'
import { userInfo } from '../../src/vault/optional/userinfo.js'
import type { Active } from '../../src/vault/record.js'
import { present, token } from '../support/refreshes.js'

// What the UserInfo endpoint says counts if it is of this user and for this client.

const { fetch } = globalThis
test.afterEach(() => void Object.assign(globalThis, { fetch }))

const issuer = 'https://id.example'
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (claims: object): string => `${part({ alg: 'RS256' })}.${part(claims)}.AAAA`

interface Case {
  record?: Partial<Active>
  options?: Partial<AuthOptions>
  isSigned?: () => Promise<boolean>
  /** What happens before the answer comes. */
  meanwhile?: (presented: Awaited<ReturnType<typeof present>>) => unknown
}

/** Ask, of an endpoint that answers so: the claims, or the code of the error. */
async function ask(answer: object | string | number, given: Case = {}) {
  const server = {
    issuer,
    authorization_endpoint: `${issuer}/a`,
    token_endpoint: `${issuer}/t`,
    userinfo_endpoint: `${issuer}/me`,
  }
  const tokens = { '': token('plain', 3600), '/api': token('of the API', 3600) }
  const presented = await present(
    { server, tokens, ...given.record },
    {},
    given.options,
    given.isSigned,
  )
  const { context, stored } = presented
  const sent: string[] = []
  globalThis.fetch = async (_, init) => {
    sent.push(`${new Headers(init?.headers).get('authorization')} ${init?.cache}`)
    await given.meanwhile?.(presented)
    if (typeof answer === 'number') return new Response('', { status: answer })
    return typeof answer === 'string' ? new Response(answer) : Response.json(answer)
  }
  const claims = await userInfo(context, createAccessTokens(context)).catch(
    ({ code }: AuthError) => code,
  )
  return { claims, sent, stored: stored() as Active }
}

const invalid = 'invalid_response'

test('claims of UserInfo are added to those of the user, and stored', async () => {
  const { claims, sent, stored } = await ask({ sub: 'user-1', email: 'a@example.com' })
  expect(claims).toEqual({ sub: 'user-1', name: 'before', email: 'a@example.com' })
  expect(stored.user).toEqual(claims)
  expect(stored.version).toBe(8)
  expect(sent).toEqual(['Bearer plain no-store'])
})

test('an answer about another user, or a failure, changes nothing', async () => {
  const other = await ask({ sub: 'user-2', email: 'a@example.com' })
  expect([other.claims, other.stored.version]).toEqual([invalid, 7])
  expect((await ask(503)).claims).toBe('server_error')
  const server = { issuer, authorization_endpoint: '', token_endpoint: '' }
  expect((await ask({}, { record: { server } })).claims).toBe('unsupported')
})

test('without an ID token an answer is not compared', async () => {
  const { claims } = await ask({ id: 7, login: 'a' }, { record: { identity: undefined } })
  expect(claims).toMatchObject({ sub: 'user-1', login: 'a' })
})

for (const [what, claims, options, wanted] of [
  ['for this client', { iss: issuer, aud: 'app' }, {}, 'user-1'],
  ['for this client among others', { iss: issuer, aud: ['b', 'app'] }, {}, 'user-1'],
  ['that names neither', {}, {}, 'user-1'],
  ['for another client', { aud: 'other' }, {}, invalid],
  ['of another server', { iss: 'https://evil.example' }, {}, invalid],
  ['of another user', { sub: 'user-2' }, {}, invalid],
] as const)
  test(`a signed answer ${what}: ${wanted}`, async () => {
    const { claims: is } = await ask(jwt({ sub: 'user-1', ...claims }), { options })
    expect(typeof is === 'string' ? is : is['sub']).toBe(wanted)
  })

test('without an issuer the issuer of a signed answer is not compared', async () => {
  const answer = jwt({ sub: 'user-1', iss: 'https://other.example' })
  const endpoints = { authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t` }
  const byHand = (server: object) => ({ issuer: undefined, scope: 'read', server: server as never })
  expect((await ask(answer, { options: byHand(endpoints) })).claims).toMatchObject({
    sub: 'user-1',
  })
  const named = byHand({ ...endpoints, issuer })
  expect((await ask(answer, { options: named })).claims).toBe(invalid)
})

test('the request has a token without a resource, or else the only token', async () => {
  const key = tokenKey('', 'https://api.example/')
  const options = { resources: [{ url: '/api', resource: 'https://api.example/' }] }
  const sent = async (record: Partial<Active>) =>
    (await ask({ sub: 'user-1' }, { options, record })).sent
  const tokens = { [key]: token('of the API', 3600) }
  const both = await sent({ tokens: { ...tokens, '': token('plain', 3600) } })
  expect(both).toEqual(['Bearer plain no-store'])
  const one = await sent({ tokens, refreshToken: undefined })
  expect(one).toEqual(['Bearer of the API no-store'])
})

test('the signature of an answer is checked if the app asks for it', async () => {
  const answer = jwt({ sub: 'user-1' })
  let count = 0
  const isSigned = (is: boolean) => async () => ((count += 1), is)
  const options = { verifySignature: true }
  expect((await ask(answer, { isSigned: isSigned(false) })).claims).toMatchObject({ sub: 'user-1' })
  expect(count).toBe(0)
  expect((await ask(answer, { options, isSigned: isSigned(true) })).claims).toMatchObject({
    sub: 'user-1',
  })
  expect((await ask(answer, { options, isSigned: isSigned(false) })).claims).toBe(invalid)
  // Plain JSON has none.
  expect(
    (await ask({ sub: 'user-1' }, { options, isSigned: isSigned(false) })).claims,
  ).toMatchObject({ sub: 'user-1' })
  expect(count).toBe(2)
})

test('an answer for an ended session or for another user is dropped', async () => {
  const ended = await ask(
    { sub: 'user-1', email: 'a' },
    { meanwhile: ({ context }) => context.session.signOut() },
  )
  expect(ended.claims).toBe('session_ended')
  const replaced = await ask(
    { sub: 'user-1', email: 'a' },
    {
      meanwhile: ({ context, attempt }) =>
        context.session.change(() => ({ ...attempt.record, id: 'two', user: { sub: 'user-2' } })),
    },
  )
  expect(replaced.claims).toBe('account_changed')
  expect(replaced.stored.user).toEqual({ sub: 'user-2' })
})
