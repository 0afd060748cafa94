import { expect } from '@playwright/test'
import type { AuthState } from '../../src/api.js'
import type { AuthError } from '../../src/errors.js'
import type { Shown } from '../../src/inspector/report.js'
import { summaryOf } from '../../src/inspector/summary.js'
import { whyOf } from '../../src/inspector/why.js'
import { withoutMembers } from '../support/sign-in-steps.js'
import { request, signIn, test, type Room } from '../support/vault.js'
import { finish, step, whysOf, type Work } from '../support/whys.js'

// What the inspector says of the usual mistakes in setting up an app.

const origin = 'https://app.example'
const { fetch } = globalThis
test.beforeEach(() => void Object.assign(globalThis, { origin }))
test.afterEach(() => {
  globalThis.fetch = fetch
  Reflect.deleteProperty(globalThis, 'origin')
})

const calls: Work = async (vault, room) => {
  await finish(vault, room)
  await vault.fetch(request(`${room.server.issuer}/api/me`))
}

/** Requests to this path fail as they do in a page, and all of them where a policy blocks it. */
function block(path: string, by: 'CORS' | 'CSP'): void {
  globalThis.fetch = async (input, init) => {
    const { pathname } = new URL(new Request(input).url)
    if (pathname.startsWith(path) && (by === 'CSP' || init?.mode !== 'no-cors'))
      throw new TypeError('Failed to fetch')
    return fetch(input, init)
  }
}

/** The API answers this first. */
function answerOnce(status: number, headers: Record<string, string> = {}): void {
  let isFirst = true
  globalThis.fetch = async (input, init) => {
    const isCall = isFirst && new URL(new Request(input).url).pathname === '/api/me'
    if (isCall) isFirst = false
    return isCall ? new Response('', { status, headers }) : fetch(input, init)
  }
}

const now = (): number => Math.floor(Date.now() / 1000)
const register = 'Register `redirectUri` at the server exactly as this app sends it'
test('no answer from the server has the hint about the redirect URI', () => {
  const left = step('authorize', 'redirect')
  const why = (...next: Shown[]): string | undefined => whyOf(left, [left, ...next])
  expect(why(step('state'))).toContain(`If the server showed an error page: ${register}`)
  expect(why(step('state'))).toContain('If this app redirects before `start()`')
  for (const name of ['login', 'callback']) expect(why(step(name))).toBeUndefined()
  // It is under way, or the user may never have left.
  expect(why()).toBeUndefined()
  const link = step('authorize', 'link')
  expect(whyOf(link, [link, step('state')])).toBeUndefined()
})

const refuse = (endpoint: 'par' | 'token', error: string, error_description?: string) => {
  const body = (): object => ({ error, error_description })
  return ({ server }: Room): void =>
    server.fail(endpoint, { status: 400, handled: false, body: body as never })
}

const mistakes: {
  name: string
  break?: (room: Room) => void
  work?: Work
  options?: Parameters<Room['open']>[0]
  says: readonly (string | RegExp)[]
}[] = [
  {
    name: 'a redirect URI that the server calls unregistered',
    break: refuse('par', 'invalid_request', 'The redirect_uri is not known.'),
    work: signIn,
    options: { par: true },
    says: ['par oauth_error: ', 'The redirect_uri is not known.', register],
  },
  {
    name: 'a callback that a host moved',
    break: refuse('token', 'invalid_grant'),
    work: async (vault, room) => {
      const url = new URL(await signIn(vault))
      url.pathname = `/Callback/${new URL(room.server.issuer).port}/`
      await vault.callback(url.href)
    },
    says: [
      'exchange oauth_error: ',
      'The answer came to "https://app.example/Callback/',
      'is registered.',
    ],
  },
  {
    name: 'a callback at another path',
    work: async (vault) => {
      const url = new URL(await signIn(vault))
      url.pathname = '/en/done'
      url.searchParams.delete('iss')
      await vault.callback(url.href)
    },
    says: [
      'callback config: ',
      'This app is set up incorrectly.',
      'The answer came to "https://app.example/en/done"',
    ],
  },
  {
    name: 'no CORS at the token endpoint',
    break: () => block('/token', 'CORS'),
    says: [
      'exchange cors: ',
      `Allow the origin ${origin} at the authorization server.`,
      '(token: http',
    ],
  },
  {
    name: 'a token endpoint that the security policy blocks',
    break: () => block('/token', 'CSP'),
    says: [
      'exchange network: ',
      '`connect-src` of the Content Security Policy leaves it out.',
      '(token: http',
    ],
  },
  {
    name: 'an API without CORS, or that the policy blocks',
    break: () => block('/api', 'CORS'),
    work: calls,
    says: [
      'call network: ',
      /The API http:\S+:\d+ was not reached/,
      `its CORS settings do not allow the origin ${origin} with the header \`Authorization\` (`,
      'expose `WWW-Authenticate`)',
      '`connect-src`',
    ],
  },
  {
    name: 'no CORS at the discovery',
    break: () => block('/.well-known', 'CORS'),
    work: signIn,
    says: [
      'discovery cors: ',
      `Or allow the origin ${origin} at the authorization server.`,
      '(discovery: http',
    ],
  },
  {
    name: 'CORS that hides `WWW-Authenticate`',
    break: () => answerOnce(401),
    work: calls,
    says: ['answer ok: ', 'let CORS expose `WWW-Authenticate`'],
  },
  {
    name: 'a token that the API refuses, and says so',
    break: () => answerOnce(401, { 'www-authenticate': 'Bearer error="invalid_token"' }),
    work: calls,
    says: ['answer ok: ', /it has expired, was revoked, or is meant for another API\.$/],
  },
  {
    name: 'CORS that hides `DPoP-Nonce`',
    break: () => answerOnce(401, { 'www-authenticate': 'DPoP error="use_dpop_nonce"' }),
    work: calls,
    says: ['answer ok: ', 'let CORS expose `DPoP-Nonce`'],
  },
  {
    name: 'a confidential client',
    break: refuse('token', 'invalid_client', 'client_secret is missing'),
    says: ['exchange oauth_error: ', 'Register a public client: a page keeps no secret.'],
  },
  {
    name: 'a clock that is off',
    break: ({ server }) =>
      server.fail('token', { idToken: { iat: now() - 7200, exp: now() - 3600 } }),
    says: ['tokens clock_skew: ', 'The clock of this device is wrong.', /It is 7\d\d\d s ahead\./],
  },
  {
    name: 'an issuer of another name in the answer',
    work: async (vault) => {
      const url = new URL(await signIn(vault))
      url.searchParams.set('iss', 'https://id.example/realm')
      await vault.callback(url.href)
    },
    says: ['callback issuer_mismatch: ', 'It names "https://id.example/realm".'],
  },
  {
    name: 'an issuer of another name in the ID token',
    break: ({ server }) => server.fail('token', { idToken: { iss: 'https://id.example/realm' } }),
    says: ['tokens invalid_id_token: ', 'Its `iss` is "https://id.example/realm".'],
  },
]

for (const { name, work = finish, options, says, ...mistake } of mistakes)
  test(`the failed step explains ${name}`, async ({ room }) => {
    mistake.break?.(room)
    const whys = await whysOf(room, work, options)
    for (const words of says)
      if (typeof words === 'string') expect(whys).toContain(words)
      else expect(whys).toMatch(words)
  })

test('the sign-in explains `offline_access` without a refresh token', async ({ room }) => {
  room.server.fail('token', { body: withoutMembers('refresh_token') })
  const isTold = (): boolean =>
    room.facts.some((fact) => fact.type === 'trace' && fact.event.step === 'no-refresh-token')
  const work: Work = async (...given) => {
    await finish(...given)
    await expect.poll(isTold).toBe(true)
  }
  expect(await whysOf(room, work)).toContain(
    'asked for `offline_access`, but the server gave no refresh token',
  )
})

test('the end of the session explains that there was no refresh token', () => {
  const end = { ...step('store'), detail: { holds: 'expired' } }
  expect(whyOf(end, [end])).toContain('no refresh token: ask for `offline_access`')
  const refused = { ...step('store'), detail: { holds: 'refused' } }
  expect(whyOf(refused, [refused])).toContain('The server refused the refresh token')
})

test('the state explains a page loaded by http', () => {
  const state: Shown = { ...step('state'), error: 'insecure_context' }
  expect(whyOf(state, [state])).toBe('This page is not secure. Open it by https.')
})

test('a failure before any step is explained above the picture', async ({ room }) => {
  const issuer = 'https://id.example/realm'
  room.server.options.metadata = { issuer }
  const error = await signIn(room.open()).catch((failure: unknown) => failure as AuthError)
  const state = { status: 'signed-out', user: undefined, error } as AuthState
  expect(summaryOf(state)[1]).toContain(`The server calls itself "${issuer}": write \`issuer\` so.`)
})

test('a sign-in and a call that work need no explanation', async ({ room }) => {
  expect(await whysOf(room, calls)).toBe('')
})

test('a step with the name of an inherited member has no cause', () => {
  const event = {
    id: '1',
    step: 'constructor',
    from: 'client',
    to: 'client',
    at: 0,
    outcome: 'done',
  }
  expect(whyOf(event as unknown as Shown, [])).toBe(undefined)
})
