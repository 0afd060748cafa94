import { expect } from '@playwright/test'
import { test } from '../support/idle.js'
import { failure, signedIn, signedOut } from '../support/page.js'

// Which sessions src/page/optional/idle.ts watches, and what it leaves behind.

test('a sign-in counts as activity of the user', ({ open }) => {
  const app = open({ shows: signedOut() })
  app.elsewhere(60_000)
  app.state.show(signedIn())
  app.device.pass(10_999)
  expect(app.ended).toBe(0)
  app.device.pass(1)
  expect(app.ended).toBe(1)
})

test('without a signed-in user no session ends, and no event is sent', ({ open, globals }) => {
  const app = open({ shows: signedOut(), warn: 4 })
  app.elsewhere(60_000)
  app.device.pass(20_000)
  globals.happens('focus')
  app.state.show(signedOut(failure))
  expect([app.ended, app.said, app.device.waiting]).toEqual([0, 'network', 0])
})

test('after a sign-out no session ends for being idle', ({ open }) => {
  const app = open({ warn: 4 })
  app.device.pass(9000)
  app.state.show(signedOut())
  expect(app.said).toBe('signed-out')
  app.device.pass(5000)
  expect(app.ended).toBe(0)
})

for (const [what, ago, wanted] of [
  ['a minute ago is over', 60_000, 'session_ended'],
  ['in the future is over', -60_000, 'session_ended'],
  ['a moment ago goes on', 6000, 'signed-in'],
] as const)
  test(`a restored session last used ${what}`, async ({ open }) => {
    const app = open({ shows: { ...signedOut() } })
    app.elsewhere(ago)
    const answer = await app.idle.restored('one')
    expect(app.ended).toBe(wanted === 'session_ended' ? 1 : 0)
    app.state.show(answer?.snapshot ?? signedIn())
    expect(app.said).toBe(wanted)
    if (answer) return
    app.device.pass(4999)
    expect(app.ended).toBe(0)
    app.device.pass(1)
    expect(app.ended).toBe(1)
  })

test('a restored session without a time of last use goes on', async ({ open }) => {
  const app = open({ shows: signedOut() })
  expect(await app.idle.restored('one')).toBe(undefined)
  app.state.show(signedIn())
  app.device.pass(10_999)
  expect(app.ended).toBe(0)
  app.device.pass(1)
  expect(app.ended).toBe(1)
})

test('a sign-in after a restored session counts as activity', async ({ open }) => {
  const app = open({ shows: signedOut() })
  await app.idle.restored('one')
  app.state.show(signedIn())
  app.state.show(signedOut())
  app.device.pass(9000)
  app.state.show(signedIn({ id: 'two' }))
  app.device.pass(10_000)
  expect(app.ended).toBe(0)
})

for (const restore of [true, false])
  test(`an idle session ends as by a sign-out, restore: ${restore}`, async ({ open }) => {
    const app = open({ restore, signOut: async () => ({ undeleted: 'one' }) })
    app.device.pass(11_000)
    expect(app.kept.get('pixy-auth:ended:app')).toBe('one')
    expect(app.kept.get('pixy-auth:unrestored:app')).toBe(restore ? 'sign-out' : undefined)
  })

test('a session that cannot be ended reports no error', async ({ open, globals }) => {
  const app = open({ signOut: () => Promise.reject(new Error('of the store')) })
  app.device.pass(11_000)
  expect(app.kept.get('pixy-auth:ended:app')).toBe('one')
  expect(globals.reported).toEqual([])
})

test('a disposed client ends no session', ({ open, globals }) => {
  const app = open({ warn: 4 })
  app.device.pass(5000)
  app.dispose()
  app.device.pass(2000)
  expect(app.countdown).toBe(undefined)
  app.device.pass(10_000)
  globals.happens('focus')
  expect(app.ended).toBe(0)
})
