import { expect } from '@playwright/test'
import type { AuthState } from '../../src/api.js'
import { AuthError } from '../../src/errors.js'
import type { SignInOptions } from '../../src/options.js'
import { app, server, test, type App } from '../support/guard.js'
import { failure, signedIn, signedOut } from '../support/page.js'

/** Call `require()`, with a sign-in that answers so. @returns how often it was called, and the outcome */
async function require({ guard }: App, answer?: AuthState): Promise<[number, unknown]> {
  let count = 0
  const join = async (): Promise<AuthState> => {
    count += 1
    if (answer) return answer
    throw new AuthError('aborted')
  }
  const outcome = await guard.require(undefined, join).then(
    ({ status }) => status,
    ({ code }: AuthError) => code,
  )
  return [count, outcome]
}

const user = { status: 'signed-in', user: { sub: 'user-1' } } as AuthState
const ended = { ...failure, code: 'session_ended' } as const
const lost = { ...failure, code: 'key_lost' } as const

for (const [what, given, wanted] of [
  ['a signed-in user stays', { shows: signedIn() }, [0, 'signed-in']],
  ['a user who has signed in elsewhere stays', { opens: signedIn() }, [0, 'signed-in']],
  ['a signed-out user is sent away', {}, [1, 'signed-in']],
  ['a user whose session has ended is sent away', { shows: signedOut(ended) }, [1, 'signed-in']],
  ['a user whose key was lost is sent away', { shows: signedOut(lost) }, [1, 'signed-in']],
  ['a sign-in that failed is not repeated', { shows: signedOut(failure) }, [0, 'not_signed_in']],
  ['a user who has signed out is not sent away', { isSignedOut: true }, [0, 'not_signed_in']],
] as const)
  test(`require(): ${what}`, async ({ open }) => {
    expect(await require(open(given), user)).toEqual(wanted)
  })

test('require() calls the sign-in if the options are wrong', async ({ open }) => {
  const closed = new AuthError('config')
  expect(await require(open({ closed }))).toEqual([1, 'not_signed_in'])
})

test('require() leaves once until a session begins', async ({ open, globals }) => {
  const one = open()
  expect(await require(one)).toEqual([1, 'not_signed_in'])
  globals.storage('sessionStorage')
  expect(await require(one)).toEqual([0, 'not_signed_in'])
  one.state.show(signedOut(ended))
  expect(await require(one)).toEqual([0, 'not_signed_in'])
  one.state.show(signedIn())
  one.state.show(signedOut())
  const again = await require(one)
  expect(again).toEqual([1, 'not_signed_in'])
  // The next page load, less than half a minute later.
  expect(await require(open())).toEqual([0, 'not_signed_in'])
})

test('signIn() leaves for the server, and returns to the current page', async ({ open }) => {
  const { guard, asked, left } = open()
  void guard.signIn({ scope: 'more', prompt: 'login' }, 'signed-out')
  await expect.poll(() => left).toEqual([server])
  const returnTo = `${app}/deep?q#hash`
  expect(asked).toEqual([{ via: 'redirect', returnTo, scope: 'more', prompt: 'login' }])
})

test('signInUrl() gives the URL of a link, and the page stays', async ({ open }) => {
  const { guard, asked, left } = open()
  expect(await guard.signInUrl({ returnTo: '/home' })).toBe(server)
  expect(asked).toEqual([{ via: 'link', returnTo: `${app}/home` }])
  expect(left).toEqual([])
})

for (const place of [
  'https://evil.example/',
  'javascript:alert(1)',
  `blob:${app}/1`,
  'https://user@app.example/',
  'https://:word@app.example/',
  'https://[',
])
  test(`a returnTo of ${place} is ignored`, async ({ open }) => {
    const { guard, asked } = open()
    await guard.signInUrl({ returnTo: place })
    expect(asked[0]?.returnTo).toBe(`${app}/deep?q#hash`)
  })

test('a call during a callback gets the result of the callback', async ({ open }) => {
  const given = { shows: signedIn(), hasCallback: true }
  expect(await open(given).guard.signIn(undefined, 'loading')).toMatchObject({
    status: 'signed-in',
  })
  for (const [more, status] of [
    [given, 'signed-in'],
    [{ ...given, hasCallback: false }, 'loading'],
    [{ hasCallback: true }, 'loading'],
  ] as const) {
    const { guard, asked } = open(more)
    void guard.signIn(undefined, status)
    await expect.poll(() => asked.length).toBe(1)
  }
})

test('a new sign-in hides the error of the last one', async ({ open }) => {
  const { guard, state, left } = open({ shows: signedOut(failure) })
  void guard.signIn(undefined, 'signed-out')
  await expect.poll(() => left.length).toBe(1)
  expect(state.current()).toEqual({ status: 'signed-out' })
})

test('a page in a frame of another origin does not leave', async ({ open, globals }) => {
  const { guard, asked, left } = open()
  const foreign = {
    parent: undefined as unknown,
    get document(): never {
      throw new Error('')
    },
  }
  foreign.parent = foreign
  globals.give('parent', foreign)
  await expect(guard.signIn(undefined, 'signed-out')).rejects.toMatchObject({ code: 'unsupported' })
  const hidden = { parent: undefined as unknown, document: null }
  hidden.parent = hidden
  globals.give('parent', hidden)
  await expect(guard.signIn(undefined, 'signed-out')).rejects.toMatchObject({ code: 'unsupported' })
  expect(asked).toEqual([])
  const own = { parent: undefined as unknown, document: {} }
  own.parent = own
  globals.give('parent', own)
  void guard.signIn(undefined, 'signed-out')
  await expect.poll(() => left.length).toBe(1)
})

for (const [name, value, what] of [
  ['prompt', 1, 'a number'],
  ['maxAge', '1', 'a text'],
  ['authorizationDetails', { type: 'a' }, 'an object'],
  ['authorizationDetails', [1n], 'a list that is not JSON'],
  ['params', 'a=b', 'a text'],
  ['signal', {}, 'an object'],
  ['unknown', true, 'there'],
] as const)
  test(`${name} must not be ${what}`, async ({ open }) => {
    const { guard, asked } = open()
    const options = { [name]: value } as SignInOptions
    const error = await guard.signInUrl(options).catch((caught: AuthError) => caught)
    expect(error).toMatchObject({ code: 'config' })
    expect((error as AuthError).message).toContain(name)
    expect(asked).toEqual([])
  })

test('an option that is undefined or null counts as left out', async ({ open }) => {
  const options = { prompt: undefined, maxAge: null, authorizationDetails: undefined }
  expect(await open().guard.signInUrl(options as unknown as SignInOptions)).toBe(server)
  expect(await open().guard.signInUrl({ authorizationDetails: [{ type: 'a' }] })).toBe(server)
})

test('an abort signal ends a sign-in before and after its URL is there', async ({ open }) => {
  const one = open()
  const aborted = one.guard.signIn({ signal: AbortSignal.abort() }, 'signed-out')
  await expect(aborted).rejects.toMatchObject({ code: 'aborted' })
  expect(one.asked).toEqual([])
  const two = open({ authorize: () => new Promise(() => {}) })
  const later = new AbortController()
  const leaving = two.guard.signIn({ signal: later.signal }, 'signed-out')
  await expect.poll(() => two.asked.length).toBe(1)
  later.abort()
  await expect(leaving).rejects.toMatchObject({ code: 'aborted' })
  expect(two.left).toEqual([])
})

test('a page that returns from the cache ends its sign-in', async ({ open, globals }) => {
  const { guard, left } = open()
  const leaving = guard.signIn(undefined, 'signed-out')
  await expect.poll(() => left.length).toBe(1)
  globals.happens('pageshow', { persisted: false })
  const turn = new Promise((next) => setImmediate(next, 'leaving'))
  expect(await Promise.race([leaving, turn])).toBe('leaving')
  globals.happens('pageshow', { persisted: true })
  await expect(leaving).rejects.toMatchObject({ code: 'aborted' })
})

test('a sign-in that leaves again seconds later pushes a new request', async ({ open }) => {
  const { now } = Date
  try {
    for (const [url, count] of [
      [server, 1],
      [`${server}&request_uri=urn`, 2],
    ] as const) {
      const { guard, asked, left } = open({ authorize: async () => url })
      guard.leaveAgain()
      const before = left.length
      void guard.signIn(undefined, 'signed-out')
      await expect.poll(() => left.length).toBe(before + 1)
      guard.leaveAgain()
      expect(left.length).toBe(before + 1)
      Date.now = () => now() + 3001
      guard.leaveAgain()
      await expect.poll(() => left.length).toBe(before + 2)
      expect(asked).toHaveLength(count)
      Date.now = now
    }
  } finally {
    Date.now = now
  }
})
