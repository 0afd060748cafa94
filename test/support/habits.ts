import type { AuthOptions, SignInOptions } from '../../src/index.js'
import type { Consent, MockServerOptions } from '../../src/testing/index.js'
import { expect, type Tab } from './fixture.js'
import { expire, watchesEnd } from './session.js'
import { said } from './sign-in-steps.js'

/** How one server differs from the usual one, and what follows. A member that is left out has its usual value. */
export interface Habit {
  readonly server?: Partial<MockServerOptions>
  readonly consent?: Consent
  readonly options?: Partial<AuthOptions>
  readonly leg?: Omit<SignInOptions, 'signal'>
  /** The app's state after the sign-in, as `said` gives it; `signed-in` by default. */
  readonly signsIn?: string
  /** The code that a refresh rejects with; none by default. */
  readonly refresh?: string
  /** Whether the session has no refresh token, so that it ends with its access token. */
  readonly endsByItself?: boolean
  /** The app's state after that refresh, with no access token left. */
  readonly after?: string
}

/** Refresh with no access token left. @returns the code it rejects with, and the app's state then */
export async function refreshLate(
  app: Tab,
  endsByItself = false,
): Promise<[string | undefined, string]> {
  if (endsByItself) await watchesEnd(app)
  await expire(app)
  const { error } = await app.token()
  return [error?.code, await said(app)]
}

/** Sign in. @returns the app's state then */
export async function enter(app: Tab, leg: Habit['leg'] = {}): Promise<string> {
  await app.leave(leg)
  return said(app)
}

/** Check every part of a habit. */
export async function expectHabit(app: Tab, habit: Habit, meanwhile: () => void): Promise<void> {
  const { signsIn = 'signed-in', refresh, after = 'signed-in' } = habit
  await app.open()
  expect(await enter(app, habit.leg)).toBe(signsIn)
  meanwhile()
  if (signsIn === 'signed-in')
    expect(await refreshLate(app, habit.endsByItself)).toEqual([refresh, after])
}
