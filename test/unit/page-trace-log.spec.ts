import { expect } from '@playwright/test'
import type { Vault } from '../../src/door.js'
import type { Start } from '../../src/page/client.js'
import { listen } from '../../src/page/optional/trace-log.js'
import { createState, type StateStore } from '../../src/page/state.js'
import type { TraceEvent } from '../../src/trace.js'
import { failure, signedIn, signedOut, test as base } from '../support/page.js'

// The trace of a page: its last steps, who listens, and what the next page finds.

interface App {
  page: Start
  state: StateStore
  /** A step of the vault, at so many milliseconds. */
  step(id: string, step?: string, at?: number): void
  /** Listen from now on. @returns the ids of what is told */
  hear(signal?: AbortSignal, more?: (id: string) => void): string[]
}

const name = 'pixy-auth:trace:app'

const test = base.extend<{ open: (trace?: Vault['trace']) => App }>({
  open: async ({}, use) => {
    await use((trace = async () => {}) => {
      const state = createState()
      const vault = { trace } as Partial<Vault>
      const page = {
        config: () => ({ key: 'app' }),
        disposed: new AbortController().signal,
        door: { vault },
      } as Partial<Start> as Start
      return {
        page,
        state,
        step(id, step = 'store', at = 0) {
          page.ear?.event({ id, step, at } as TraceEvent)
        },
        hear(signal = new AbortController().signal, more = () => {}) {
          const ids: string[] = []
          listen(page, state, ({ id }) => (ids.push(id), more(id)), signal)
          return ids
        },
      }
    })
  },
})

const idsIn = (text: string | undefined): unknown[] =>
  (JSON.parse(text ?? '[]') as TraceEvent[]).map(({ id }) => id)

test('each listener gets all earlier steps in order, then the new ones', ({ open, globals }) => {
  globals.storage('sessionStorage')
  const { hear, step } = open()
  const first = hear()
  step('2', 'store', 2)
  step('1', 'store', 1)
  const second = hear()
  expect(second).toEqual(['1', '2', 'state 1'])
  step('3')
  expect([first.at(-1), second.at(-1)]).toEqual(['3', '3'])
})

test('the last 200 steps are kept', ({ open, globals }) => {
  globals.storage('sessionStorage')
  const { hear, step } = open()
  hear()
  for (let at = 1; at <= 250; at += 1) step(`${at}`, 'store', at)
  const ids = hear()
  expect(ids).toHaveLength(200)
  expect(ids[0]).toBe('51')
})

test('a listener that removes itself gets no more steps', ({ open, globals }) => {
  globals.storage('sessionStorage')
  const { hear, step } = open()
  hear()
  step('1', 'store', 1)
  step('2', 'store', 2)
  const undo = new AbortController()
  const ids = hear(undo.signal, (id) => id === '1' && undo.abort())
  step('3')
  expect(ids).toEqual(['1'])
  const later = new AbortController()
  const others = hear(later.signal)
  later.abort()
  step('4')
  expect(others).not.toContain('4')
})

test('a listener that throws is reported, and the others get the step', ({ open, globals }) => {
  globals.storage('sessionStorage')
  const { hear, step } = open()
  hear(undefined, (id) => {
    if (id === '1') throw new Error('of the app')
  })
  const ids = hear()
  step('1')
  expect(ids.at(-1)).toBe('1')
  expect(globals.reported).toEqual([new Error('of the app')])
})

test('the trace is kept for the next page when this one may be left', ({ open, globals }) => {
  const items = globals.storage('sessionStorage')
  const { hear, step } = open()
  hear()
  step('1', 'store', 1)
  expect(items.size).toBe(0)
  step('2', 'authorize', 2)
  expect(idsIn(items.get(name))).toEqual(['1', '2', 'state 1'])
  items.clear()
  globals.happens('pagehide')
  expect(idsIn(items.get(name))).toHaveLength(3)
  // The vault may tell of its last calls after that.
  step('3', 'call', 3)
  expect(idsIn(items.get(name))).toContain('3')
  globals.happens('pageshow')
  step('4')
  expect(idsIn(items.get(name))).not.toContain('4')
})

test('the next page continues the trace with other ids', ({ open, globals }) => {
  const items = globals.storage('sessionStorage')
  const before = open()
  before.hear()
  before.step('1', 'authorize')
  const after = open()
  expect(after.hear()).toEqual(['<1', '<state 1', 'state 1'])
  expect(items.size).toBe(0)
})

test('a stored trace that cannot be read is ignored', ({ open, globals }) => {
  globals.storage('sessionStorage').set(name, '{not JSON')
  expect(open().hear()).toEqual(['state 1'])
  globals.deny('sessionStorage')
  const { hear, step } = open()
  const ids = hear()
  step('1', 'authorize')
  expect(ids).toEqual(['state 1', '1'])
})

test('the trace has the reason of a stale or signed-out state', ({ open, globals }) => {
  globals.storage('sessionStorage')
  const { page, state } = open()
  const told: [string | undefined, object][] = []
  const { signal } = new AbortController()
  listen(page, state, ({ error, detail }) => told.push([error, detail]), signal)
  state.show(signedIn({ email: 'a@example.com', stale: failure }))
  state.show(signedOut({ ...failure, code: 'timeout' }))
  expect(told).toEqual([
    [undefined, { status: 'loading', isStale: false }],
    ['network', { status: 'signed-in', isStale: true }],
    ['timeout', { status: 'signed-out', isStale: false }],
  ])
})

test('a vault that cannot trace its steps reports no error', async ({ open, globals }) => {
  globals.storage('sessionStorage')
  let count = 0
  const { hear, state } = open(() => ((count += 1), Promise.reject(new Error('of a chunk'))))
  const ids = hear()
  state.show(signedOut())
  await Promise.resolve()
  expect(ids).toEqual(['state 1', 'state 2'])
  expect([count, globals.reported]).toEqual([1, []])
})
