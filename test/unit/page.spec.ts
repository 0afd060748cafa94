import { expect } from '@playwright/test'
import type { AuthState } from '../../src/api.js'
import type { Snapshot } from '../../src/door.js'
import { AuthError } from '../../src/errors.js'
import { showError } from '../../src/page/client.js'
import { endedSession } from '../../src/page/flags.js'
import { onResume, whenIdle } from '../../src/page/lifecycle.js'
import { sessionStore } from '../../src/page/session-storage.js'
import { mayRedirect } from '../../src/page/sign-in/may-redirect.js'
import { createState } from '../../src/page/state.js'
import { failure, signedIn, signedOut, test } from '../support/page.js'

// The page's own parts, each alone.

test('an equal state is the same object, and is sent to listeners once', () => {
  const [state, told]: [ReturnType<typeof createState>, AuthState[]] = [createState(), []]
  state.subscribe((next) => told.push(next))
  state.show(signedIn())
  const first = state.current()
  state.show(signedIn())
  expect(state.current()).toBe(first)
  expect(told.map(({ status }) => status)).toEqual(['loading', 'signed-in'])
})

test('a changed state keeps the objects that did not change', () => {
  const state = createState()
  state.show(signedIn())
  const before = state.current() as AuthState & { status: 'signed-in' }
  state.show(signedIn({ email: 'a@example.com' }))
  const after = state.current() as AuthState & { status: 'signed-in' }
  expect(after.user).toEqual({ sub: 'user-1', email: 'a@example.com' })
  expect(after.session).toBe(before.session)
  state.show(signedIn({ email: 'a@example.com', stale: failure }))
  expect(state.current()).toHaveProperty('user', after.user)
  expect((state.current() as typeof before).user).toBe(after.user)
})

test('only a stale session and a failed sign-in have an error', () => {
  const state = createState()
  state.show(signedIn({ stale: failure }))
  expect(state.current()).toMatchObject({ stale: { name: 'AuthError', code: 'network' } })
  state.show(signedIn())
  expect('stale' in state.current()).toBe(false)
  state.show(signedOut(failure))
  expect(state.current()).toMatchObject({ error: { name: 'AuthError', code: 'network' } })
  state.show(signedOut())
  expect(state.current()).toEqual({ status: 'signed-out' })
  expect('error' in state.current()).toBe(false)
})

test('a call belongs to the session that the page shows', () => {
  const state = createState()
  expect(state.caller()).toBe(undefined)
  state.show(signedIn({ id: 'one' }))
  expect(state.caller()).toEqual({ id: 'one', sub: 'user-1' })
  // The same to look at, but another session.
  state.show(signedIn({ id: 'two' }))
  expect(state.caller()).toEqual({ id: 'two', sub: 'user-1' })
  state.show(signedOut())
  expect(state.caller()).toBe(null)
})

test('a listener that throws is reported, and the others are called', ({ globals }) => {
  const [state, told]: [ReturnType<typeof createState>, string[]] = [createState(), []]
  state.subscribe(({ status }) => {
    if (status === 'signed-in') throw new Error('of the app')
  })
  state.subscribe(({ status }) => told.push(status))
  state.show(signedIn())
  expect(told).toEqual(['loading', 'signed-in'])
  expect(globals.reported).toEqual([new Error('of the app')])
})

test('the error of a sign-in is shown without a session, unless it was aborted', () => {
  const shown = (before: Snapshot, error?: unknown): AuthState => {
    const state = createState()
    state.show(before)
    showError(state, error)
    return state.current()
  }
  const denied = new AuthError('access_denied')
  expect(shown(signedOut(failure), denied)).toMatchObject({ error: { code: 'access_denied' } })
  expect(shown(signedOut(failure), new AuthError('aborted'))).toMatchObject({
    error: { code: 'network' },
  })
  expect(shown(signedOut(failure))).toEqual({ status: 'signed-out' })
  expect(shown(signedIn(), denied)).toMatchObject({ status: 'signed-in' })
  // As the vault would say it.
  const state = createState()
  state.show(signedOut(failure))
  const before = state.current()
  showError(state, new AuthError('network'))
  expect(state.current()).toBe(before)
  expect(showError(createState(), new TypeError('of a store'))).toMatchObject({ code: 'storage' })
  expect(showError(createState())).toBe(undefined)
})

test('the id of an ended session is kept until it is forgotten', ({ globals }) => {
  globals.storage('localStorage')
  expect(endedSession('app')).toBe(undefined)
  expect(endedSession('app', 'one')).toBe('one')
  expect(endedSession('app')).toBe('one')
  expect(endedSession('other')).toBe(undefined)
  // What is empty says that this browser has had a session.
  expect(endedSession('app', '')).toBe('')
  expect(endedSession('app')).toBe('')
  globals.deny('localStorage')
  expect(endedSession('app', 'one')).toBe('')
})

test('session storage keeps records, and ignores entries that are none', async ({ globals }) => {
  const items = globals.storage('sessionStorage')
  const store = sessionStore()
  expect(await store.update('a', () => ({ v: 1 }))).toEqual([undefined, { v: 1 }])
  expect(await store.get('a')).toEqual({ v: 1 })
  expect(await store.update('a', () => undefined)).toEqual([{ v: 1 }, undefined])
  expect(items.size).toBe(0)
  items.set('a', '{not JSON')
  expect(await store.get('a')).toBe(undefined)
})

test('a tab leaves once in half a minute, however its clock is set', ({ globals }) => {
  globals.storage('sessionStorage')
  const now = Date.now()
  const at = (time: number): boolean => {
    const { now: real } = Date
    Date.now = () => time
    const may = mayRedirect('app')
    Date.now = real
    return may
  }
  expect(at(now)).toBe(true)
  expect(at(now + 29_000)).toBe(false)
  expect(at(now - 29_000)).toBe(false)
  expect(at(now + 31_000)).toBe(true)
  expect(at(now - 31_000)).toBe(true)
  expect(at(now - 31_000)).toBe(false)
  globals.deny('sessionStorage')
  expect(at(now)).toBe(true)
})

test('a page reads the session again when it is shown, visible or online', ({ globals }) => {
  let count = 0
  const end = new AbortController()
  onResume(() => (count += 1), end.signal)
  const after = (type: string, more: object = {}): number => {
    const before = count
    globals.happens(type, more)
    return count - before
  }
  expect(after('online')).toBe(1)
  expect(after('pageshow', { persisted: true })).toBe(1)
  expect(after('pageshow', { persisted: false })).toBe(0)
  expect(after('visibilitychange')).toBe(1)
  globals.give('document', { visibilityState: 'hidden' })
  expect(after('visibilitychange')).toBe(0)
  expect(after('focus')).toBe(0)
  // Without a channel other tabs tell nothing.
  globals.give('BroadcastChannel', undefined)
  onResume(() => (count += 1), end.signal)
  expect(after('focus')).toBe(1)
  end.abort()
  expect(after('online') + after('focus')).toBe(0)
})

test('deferred work waits until the page is idle, or for a timer', ({ globals }) => {
  const asked: string[] = []
  const { setTimeout: wait } = globalThis
  globals.give('setTimeout', (work: () => void, ms?: number) =>
    ms === undefined ? (asked.push('timer'), work()) : wait(work, ms),
  )
  globals.give('requestIdleCallback', (work: () => void) => (asked.push('idle'), work()))
  whenIdle(() => asked.push('work'))
  globals.give('requestIdleCallback', undefined)
  whenIdle(() => asked.push('work'))
  expect(asked).toEqual(['idle', 'work', 'timer', 'work'])
})
