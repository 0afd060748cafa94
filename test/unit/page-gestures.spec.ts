import { expect } from '@playwright/test'
import type { AuthState } from '../../src/api.js'
import { AuthError } from '../../src/errors.js'
import { noteOutcome } from '../../src/page/sign-in/may-redirect.js'
import { userGesture } from '../../src/page/sign-in/user-gesture.js'
import { createState } from '../../src/page/state.js'
import { test, type App } from '../support/guard.js'
import { failure, signedIn, signedOut } from '../support/page.js'

// What the page does because the user clicked or pressed a key.

const later = (ms: number): { timeStamp: number } => ({ timeStamp: performance.now() - ms })

test('a click or key of the user counts for a time, one by a script never', ({ globals }) => {
  const end = new AbortController()
  const had = userGesture(createState(), end.signal)
  expect(had(Infinity)).toBe(false)
  globals.happens('click', { isTrusted: false })
  expect(had(Infinity)).toBe(false)
  for (const sign of ['click', 'keydown']) {
    globals.happens(sign, later(60_000))
    expect([had(61_000), had(59_000)]).toEqual([true, false])
    globals.happens(sign)
    expect(had(60_000)).toBe(true)
  }
  end.abort()
  globals.happens('click', later(120_000))
  expect(had(60_000)).toBe(true)
})

test('the click that ended the session does not count after it', ({ globals }) => {
  const state = createState()
  const had = userGesture(state, new AbortController().signal)
  globals.happens('click')
  state.show(signedOut())
  state.show(signedOut(failure))
  state.show(signedIn())
  expect(had(Infinity)).toBe(true)
  state.show(signedIn({ email: 'a@example.com' }))
  expect(had(Infinity)).toBe(true)
  state.show(signedOut())
  expect(had(Infinity)).toBe(false)
})

test('on a server there is no click', ({ globals }) => {
  globals.give('window', undefined)
  globals.give('addEventListener', undefined)
  expect(userGesture(createState(), new AbortController().signal)(Infinity)).toBe(false)
})

/** Call `require()`, with a sign-in that fails. @returns how often it was called, and what is said */
async function require({ guard }: App): Promise<[number, string | undefined]> {
  let count = 0
  const join = async (): Promise<AuthState> => {
    count += 1
    throw new AuthError('aborted')
  }
  const error = await guard.require(undefined, join).catch((caught: AuthError) => caught)
  return [count, (error as AuthError).hint]
}

test('require() leaves on every click; its hint says how often without one', async ({
  open,
  globals,
}) => {
  const one = open({ shows: signedOut(failure) })
  const [count, hint] = await require(one)
  expect(count).toBe(0)
  expect(hint).toContain('Without a click')
  globals.happens('click')
  expect(await require(one)).toEqual([1, ''])
  expect(await require(one)).toEqual([1, ''])
})

test('after a failure signIn() waits for a click, and rejects with the failure', async ({
  open,
  globals,
}) => {
  globals.give('navigator', { userActivation: { isActive: false } })
  const shown = signedOut({ ...failure, hint: 'Why.' })
  const one = open({ shows: shown })
  void one.guard.signIn(undefined, 'signed-out')
  await expect.poll(() => one.left.length).toBe(1)
  noteOutcome('app', true)
  const failed = open({ shows: shown }).guard.signIn(undefined, 'signed-out')
  const hint = expect.stringContaining('Why. signIn() was called on load') as unknown
  await expect(failed).rejects.toMatchObject({ code: 'network', hint })
  const unknown = open().guard.signIn(undefined, 'signed-out')
  await expect(unknown).rejects.toMatchObject({ code: 'not_signed_in' })
  globals.happens('click')
  void one.guard.signIn(undefined, 'signed-out')
  await expect.poll(() => one.left.length).toBe(2)
})

const demand = new AuthError('step_up_required')

test('a step-up leaves on a click, and otherwise once in half a minute', async ({
  open,
  globals,
}) => {
  const { guard } = open({ shows: signedIn(), config: { stepUp: 'redirect' } })
  let count = 0
  const signIn = async (): Promise<AuthState> => ((count += 1), { status: 'loading' })
  const counts: number[] = []
  const stepUp = async (): Promise<void> => {
    const called = guard.stepUp(demand, { id: 'one', sub: undefined }, signIn, false)
    await expect(called).rejects.toBe(demand)
    counts.push(count)
  }
  await stepUp()
  await stepUp()
  globals.happens('click')
  await stepUp()
  await stepUp()
  expect(counts).toEqual([1, 1, 2, 3])
})

test('a call from before the last sign-in is repeated without a sign-in', async ({ open }) => {
  const { guard } = open({ shows: signedIn(), config: { stepUp: 'popup' } })
  const asked: string[] = []
  const signIn = async (): Promise<AuthState> => (asked.push('signIn'), { status: 'loading' })
  const again = async (): Promise<Response> => (asked.push('again'), new Response())
  for (const caller of [{ id: 'one', sub: undefined }, null, { id: 'earlier', sub: undefined }])
    await guard.stepUp(demand, caller, signIn, again)
  expect(asked).toEqual(['signIn', 'again', 'signIn', 'again', 'again'])
})

test('only a demand of an API leads to a sign-in', async ({ open }) => {
  const { guard } = open({ shows: signedIn(), config: { stepUp: 'redirect' } })
  let count = 0
  const signIn = async (): Promise<AuthState> => ((count += 1), { status: 'loading' })
  for (const error of [new AuthError('network'), new TypeError('of fetch'), 'step_up_required'])
    await expect(guard.stepUp(error, null, signIn, false)).rejects.toBe(error)
  expect(count).toBe(0)
})
