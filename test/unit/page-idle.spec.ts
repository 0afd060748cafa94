import { expect } from '@playwright/test'
import type { AuthState } from '../../src/api.js'
import { active, test } from '../support/idle.js'
import { failure, signedIn, signedOut } from '../support/page.js'

// The time in which the user does nothing, with a warning four seconds before the end. It is what
// src/page/optional/idle.ts counts.

const warn = 4

test('an idle session ends after a warning', ({ open }) => {
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

test('without the option `warn` there is no warning', ({ open }) => {
  const app = open()
  app.device.pass(9999)
  expect(app.countdown).toBe(undefined)
  app.device.pass(1001)
  expect(app.ended).toBe(1)
})

test('activity of the user removes the warning and restarts the time', ({ open }) => {
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

test('activity is stored once a second, while signed in', ({ open }) => {
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

test('an event by a script is no activity of the user', ({ open, globals }) => {
  const app = open()
  app.device.pass(9000)
  globals.happens('keydown', { isTrusted: false })
  app.device.pass(2000)
  expect(app.ended).toBe(1)
})

test('activity in another tab counts, by either clock', ({ open }) => {
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

test('without local storage a tab counts its own activity', ({ open, globals }) => {
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

test('activity after the device slept too long does not keep the session', ({ open }) => {
  const app = open()
  app.device.sleep(11_000)
  app.act()
  expect(app.ended).toBe(1)
})

test('setting the clock back prolongs neither the session nor the warning', ({ open, globals }) => {
  const app = open({ warn })
  app.device.pass(7000)
  app.device.sleep(-60_000)
  globals.happens('focus')
  expect(app.countdown).toBe(3000)
  app.device.pass(4000)
  expect(app.ended).toBe(1)
})

test('a hidden tab waits before it ends the session for the others', ({ open }) => {
  const app = open({ warn, isHidden: true })
  app.device.pass(11_999)
  expect(app.ended).toBe(0)
  app.device.pass(1001)
  expect(app.ended).toBe(1)
})

test('a refresh is no activity of the user, and keeps the warning', ({ open }) => {
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

test('a state is reported once while no end is near', ({ open }) => {
  const app = open({ warn })
  const told: AuthState['status'][] = []
  app.state.subscribe(({ status }) => told.push(status))
  app.state.show(signedIn({ stale: failure }))
  expect(told).toHaveLength(2)
})
