import { expect } from '@playwright/test'
import { AuthError, type AuthErrorCode } from '../../src/errors.js'
import type { SignInOptions } from '../../src/options.js'
import { stepUp } from '../../src/page/optional/step-up.js'
import { test as base } from '../support/page.js'

// What becomes of a call whose API demands a sign-in.

interface Given {
  how?: 'redirect' | 'popup'
  demand?: { acrValues?: string; maxAge?: number }
  isOver?: boolean
  mayLeave?: boolean
  canRepeat?: boolean
  /** What the sign-in fails with. */
  fails?: unknown
  /** How many calls meet the demand at once. */
  calls?: number
}

const hint = 'The API wants more.'

const test = base.extend<{
  /** The options of each sign-in, and what each call comes to. */
  meet: (given: Given) => Promise<{ signIns: SignInOptions[]; outcomes: unknown[] }>
}>({
  meet: async ({ globals }, use) => {
    globals.give('parent', globalThis)
    await use(async ({ calls = 1, canRepeat = true, ...given }) => {
      const signIns: SignInOptions[] = []
      const signIn = async (options: SignInOptions): Promise<void> => {
        signIns.push(options)
        if (given.fails) throw given.fails
      }
      const again = async (): Promise<Response> => new Response()
      const call = (): Promise<unknown> =>
        stepUp(
          new AuthError('step_up_required', hint, undefined, given.demand),
          given.how,
          !!given.isOver,
          () => !!given.mayLeave,
          signIn,
          canRepeat && again,
        ).then(
          () => 'called once more',
          (error: unknown) => error,
        )
      const outcomes = await Promise.all(Array.from({ length: calls }, call))
      return { signIns, outcomes }
    })
  },
})

const repeated = ['called once more']
const demanded = [expect.objectContaining({ code: 'step_up_required', hint })] as unknown[]

for (const [what, demand, wanted] of [
  ['a level', { acrValues: 'gold' }, { acrValues: 'gold' }],
  ['a recent sign-in', { maxAge: 0 }, { maxAge: 0 }],
  ['both', { acrValues: 'gold', maxAge: 60 }, { acrValues: 'gold', maxAge: 60 }],
  ['nothing in particular', {}, { prompt: 'login' }],
] as const)
  test(`an API that demands ${what} gets a popup and a second call`, async ({ meet }) => {
    const { signIns, outcomes } = await meet({ how: 'popup', demand })
    expect(signIns).toEqual([{ ...wanted, via: 'popup' }])
    expect(outcomes).toEqual(repeated)
  })

test('simultaneous calls share one popup, and a later one opens another', async ({ meet }) => {
  const { signIns, outcomes } = await meet({ how: 'popup', calls: 2 })
  expect(signIns).toHaveLength(1)
  expect(outcomes).toEqual([...repeated, ...repeated])
  expect((await meet({ how: 'popup' })).signIns).toHaveLength(1)
})

test('a demand that arrives after a sign-in repeats the call without another', async ({ meet }) => {
  expect(await meet({ how: 'popup', isOver: true })).toEqual({ signIns: [], outcomes: repeated })
})

for (const code of ['popup_blocked', 'popup_closed'] satisfies AuthErrorCode[])
  test(`after ${code} the call rejects with an error that the app can solve`, async ({ meet }) => {
    const failure = new AuthError(code)
    const { outcomes } = await meet({ how: 'popup', fails: failure })
    expect(outcomes).toEqual(code === 'popup_blocked' ? demanded : [failure])
  })

test('an error that is not of the library rejects the call unchanged', async ({ meet }) => {
  const failure = Object.assign(new TypeError('of the app'), { code: 'popup_blocked' })
  expect((await meet({ how: 'popup', fails: failure })).outcomes).toEqual([failure])
})

for (const [what, given, count] of [
  ['leaves the page where it may', { how: 'redirect', mayLeave: true }, 1],
  ['stays where the page may not be left', { how: 'redirect', mayLeave: false }, 0],
  ['stays where a popup cannot help', { how: 'popup', canRepeat: false, mayLeave: true }, 0],
] as const)
  test(`a demand ${what}, and fails the call`, async ({ meet }) => {
    const { signIns, outcomes } = await meet(given)
    expect(signIns).toEqual(Array.from({ length: count }, () => ({ prompt: 'login' })))
    expect(outcomes).toEqual(demanded)
  })

for (const how of ['redirect', 'popup'] as const)
  test(`in a frame of another origin a demand has a hint for frames: ${how}`, async ({
    meet,
    globals,
  }) => {
    const foreign: { parent?: unknown; document: null } = { document: null }
    foreign.parent = foreign
    globals.give('parent', foreign)
    const { signIns, outcomes } = await meet({ how, mayLeave: true })
    expect(signIns).toEqual([])
    expect(outcomes).toEqual([
      expect.objectContaining({ hint: expect.stringMatching(/more\. In this frame: by popup/) }),
    ])
  })
