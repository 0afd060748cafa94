import { expect } from '@playwright/test'
import type { AuthState } from '../../src/api.js'
import { active, test } from '../support/idle.js'
import { failure, signedIn, signedOut } from '../support/page.js'

// The time in which the user does nothing, with a warning four seconds before the end. It is what
// src/page/optional/idle.ts counts.

const warn = 4

test('a session ends where nothing is done, after a warning', ({ open }) => {
  const app = open({ warn })
  app.device.pass(5999)
  expect(app.countdown).toBe(undefined)
  app.device.pass(1)
  expect(app.countdown).toBe(4000)
  app.device.pass(4999)
  expect(app.ended).toBe(0)
  app.device.pass(1)
  expect(app.ended).toBe(1)
  app.state.show(signedOut())
  expect(app.said).toBe('session_ended')
  app.device.pass(5000)
  expect(app.ended).toBe(1)
})

test('without the option for it there is no warning', ({ open }) => {
  const app = open()
  app.device.pass(9999)
  expect(app.countdown).toBe(undefined)
  app.device.pass(1001)
  expect(app.ended).toBe(1)
})

test('what the user does takes the warning back, and the time starts anew', ({ open }) => {
  const app = open({ warn })
  app.device.pass(7000)
  expect(app.countdown).toBe(3000)
  app.act()
  expect(app.state.current()).not.toHaveProperty('endsAt')
  app.device.pass(5000)
  app.act()
  app.device.pass(5999)
  expect(app.countdown).toBe(undefined)
  app.device.pass(5000)
  expect(app.ended).toBe(0)
  app.device.pass(1)
  expect(app.ended).toBe(1)
})

test('what the user does is kept once in a second, while signed in', ({ open }) => {
  const app = open()
  const signIn = app.kept.get(active)
  app.device.pass(999)
  app.act()
  expect(app.kept.get(active)).toBe(signIn)
  app.device.pass(1)
  app.act()
  const last = app.kept.get(active)
  expect(Number(last)).toBe(Number(signIn) + 1000)
  app.state.show(signedOut())
  app.device.pass(2000)
  app.act()
  expect(app.kept.get(active)).toBe(last)
})

test('what a script does is not the user’s', ({ open, globals }) => {
  const app = open()
  app.device.pass(9000)
  globals.happens('keydown', { isTrusted: false })
  app.device.pass(2000)
  expect(app.ended).toBe(1)
})

test('what is done in another tab counts, by whichever clock', ({ open }) => {
  const app = open({ warn })
  app.device.pass(7000)
  app.elsewhere()
  expect(app.countdown).toBe(undefined)
  app.device.pass(10_000)
  expect(app.ended).toBe(0)
  // Noted before the clock was set back.
  app.elsewhere(-60_000)
  app.device.pass(10_999)
  expect(app.ended).toBe(0)
  app.device.pass(1)
  expect(app.ended).toBe(1)
})

test('where nothing can be kept this tab counts for itself', ({ open, globals }) => {
  const app = open()
  globals.deny('localStorage')
  app.device.pass(5000)
  app.act()
  globals.happens('focus')
  app.device.pass(10_999)
  expect(app.ended).toBe(0)
  app.device.pass(1)
  expect(app.ended).toBe(1)
})

test('what is done after a sleep of the device comes too late', ({ open }) => {
  const app = open()
  app.device.sleep(11_000)
  app.act()
  expect(app.ended).toBe(1)
})

test('a clock that is set back keeps no session, and the warning goes by it', ({
  open,
  globals,
}) => {
  const app = open({ warn })
  app.device.pass(7000)
  app.device.sleep(-60_000)
  globals.happens('focus')
  expect(app.countdown).toBe(3000)
  app.device.pass(4000)
  expect(app.ended).toBe(1)
})

test('a tab in the background leaves the end to the others for a while', ({ open }) => {
  const app = open({ warn, isHidden: true })
  app.device.pass(11_999)
  expect(app.ended).toBe(0)
  app.device.pass(1001)
  expect(app.ended).toBe(1)
})

test('a refresh is nothing that the user does, and keeps the warning', ({ open }) => {
  const app = open({ warn })
  app.device.pass(5000)
  app.state.show(signedIn({ email: 'a@example.com' }))
  app.device.pass(1000)
  app.state.show(signedIn({ stale: failure }))
  expect(app.countdown).toBe(4000)
  expect(app.state.current()).toMatchObject({ stale: { name: 'AuthError', code: 'network' } })
  app.device.pass(5000)
  expect(app.ended).toBe(1)
})

test('nothing is told twice where no end is near', ({ open }) => {
  const app = open({ warn })
  const told: AuthState['status'][] = []
  app.state.subscribe(({ status }) => told.push(status))
  app.state.show(signedIn({ stale: failure }))
  expect(told).toHaveLength(2)
})
