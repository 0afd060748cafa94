import { expect } from '@playwright/test'
import { keepOut, textOf } from '../../src/page/sign-in/keep-out.js'
import { test, type Globals } from '../support/page.js'

// A router that read the callback URL before `start()` writes it back, and the code with it.

const app = 'https://app.example'
const state = 'px1rabcdefrandom'
const answer = `/callback?code=secret&state=${state}`

/** A page at home, with a redirect URI that has a query. @returns how often it was taken home, and timers */
function atHome(globals: Globals) {
  const [page, pass] = [globals.at(`${app}/home`), globals.timers()]
  let count = 0
  keepOut(state, { redirectUri: `${app}/callback?a=1` }, () => (count += 1))
  return { page, pass, count: () => count }
}

for (const [what, url, left] of [
  ['an answer in the query', answer, '/callback?a=1'],
  ['an answer before a fragment', `${answer}#part`, '/callback?a=1#part'],
  ['an answer in the fragment', `/callback#state=${state}&code=secret`, '/callback'],
  ['a route in the fragment', `/callback?b=2#/error?state=${state}`, '/callback?b=2'],
  ['an answer in an unknown form', `/callback/${state}/code`, '/home'],
] as const)
  for (const write of ['pushState', 'replaceState'] as const)
    test(`${what} stays out of the address (${write})`, ({ globals }) => {
      const { page, pass, count } = atHome(globals)
      history[write](null, '', url)
      expect(page.href).toBe(app + left)
      expect(count()).toBe(0)
      history[write](null, '', url)
      // It did not hear of the way home.
      expect(pass()).toBe(1)
      expect(count()).toBe(1)
    })

test('a router’s other URLs and states are left as they are', ({ globals }) => {
  const { page, pass } = atHome(globals)
  const kept = { code: 'of the app', url: '/other?code=1' }
  history.pushState(kept, '', '/other?code=1#part')
  expect(page.href).toBe(`${app}/other?code=1#part`)
  expect(history.state).toBe(kept)
  history.replaceState(kept, '')
  history.replaceState(kept, '', null)
  expect(page.href).toBe(`${app}/other?code=1#part`)
  expect(pass()).toBe(0)
})

test('the code stays out of what a router keeps in history.state', ({ globals }) => {
  atHome(globals)
  const kept = { url: answer, code: 'secret', at: 3, from: '/?other', list: [`${app}${answer}`] }
  history.pushState(kept, '', '/home')
  const list = [`${app}/callback?a=1`]
  const clean = { url: '/callback?a=1', code: '', at: 3, from: '/?other', list }
  expect(history.state).toEqual(clean)
})

test('an address and a state from before are cleaned at once', ({ globals }) => {
  const page = globals.at(app + answer)
  history.replaceState({ url: answer }, '')
  globals.timers()
  keepOut(state, { redirectUri: `${app}/callback` }, () => {})
  expect([page.href, history.state]).toEqual([`${app}/callback`, { url: '/callback' }])
})

test('a history entry is checked when it is shown, and written only if not clean', ({
  globals,
}) => {
  const navigation = new EventTarget()
  globals.give('navigation', navigation)
  globals.at(`${app}/home`)
  const { history: page } = globalThis
  const write = page.replaceState
  const written: unknown[] = []
  page.replaceState = (...given) => {
    written.push(given[2])
    write.apply(page, given)
  }
  const unheard = page.replaceState
  keepOut(state, { redirectUri: `${app}/callback` }, () => {})
  const come = (): void => {
    globals.happens('popstate')
    navigation.dispatchEvent(new Event('currententrychange'))
  }
  come()
  expect(written).toEqual([])
  // By a function that the router took before.
  unheard({ url: answer }, '', '/home')
  globals.happens('popstate')
  expect(page.state).toEqual({ url: '/callback' })
  unheard(null, '', answer)
  navigation.dispatchEvent(new Event('currententrychange'))
  expect(location.href).toBe(`${app}/callback`)
})

test('a value that JSON cannot hold has no text', () => {
  const cycle: { self?: unknown } = {}
  cycle.self = cycle
  expect([undefined, 1n, cycle].map(textOf)).toEqual(['', '', ''])
  expect(textOf({ a: 1 })).toBe('{"a":1}')
})
