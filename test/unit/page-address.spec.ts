import { expect } from '@playwright/test'
import type { PageConfig } from '../../src/config.js'
import { routerOfPage, setNavigate, takeCallback } from '../../src/page/location.js'
import { returnHome } from '../../src/page/sign-in/return-home.js'
import { writeState } from '../../src/lib/state-param.js'
import { test, type Globals } from '../support/page.js'

// What the page's address shows, and how its router moves.

const app = 'https://app.example'
const state = writeState('redirect', 'abcdef', 'random')
const answer = `${app}/callback?code=secret&state=${state}`
const config = { redirectUri: `${app}/callback` } as PageConfig

/** The page came by this URL, whatever its address is now. */
const came = (globals: Globals, name: string): void =>
  globals.give('performance', { now: () => 0, getEntriesByType: () => [{ name }] })

for (const [what, at, by, taken, left] of [
  ['an answer is taken, and out of sight', answer, answer, answer, config.redirectUri],
  ['an answer that a router hid is taken', `${app}/deep`, answer, answer, `${app}/deep`],
  ['a page that brings none stays', `${app}/deep?a`, `${app}/deep?a`, undefined, `${app}/deep?a`],
  ['the `state` of others stays', `${app}/?state=1`, `${app}/`, undefined, `${app}/?state=1`],
  [
    'an error without `state` is taken',
    `${app}/?error=a`,
    app,
    `${app}/?error=a`,
    `${app}/?error=a`,
  ],
] as const)
  test(`the address: ${what}`, ({ globals }) => {
    const page = globals.at(at)
    came(globals, by)
    expect(takeCallback(config)).toBe(taken)
    expect(page.href).toBe(left)
  })

test('a return from a sign-out is removed from the address, and is no sign-in', ({ globals }) => {
  const signedOut = writeState('sign-out', 'abcdef', 'random')
  const page = globals.at(`${app}/bye?a=1&state=${signedOut}#hash`)
  came(globals, app)
  expect(takeCallback(config)).toBe(undefined)
  expect(page.href).toBe(`${app}/bye?a=1#hash`)
})

test('a router is forgotten with its component, unless another has replaced it', () => {
  const [one, two] = [() => 1, () => 2]
  const undo = [setNavigate(one), setNavigate(two)]
  expect(routerOfPage()).toBe(two)
  undo[0]?.()
  expect(routerOfPage()).toBe(two)
  undo[1]?.()
  expect(routerOfPage()).toBe(undefined)
})

test('the option `navigate` is used instead of the router of a component', ({ globals }) => {
  globals.at(`${app}/callback`)
  const went: string[] = []
  const navigate = (url: URL): unknown => went.push(`option ${url.pathname}`)
  const undo = setNavigate((url) => went.push(`component ${url.pathname}`))
  returnHome({ navigate }, { returnTo: '/home' })
  returnHome({}, { returnTo: '/home' })
  undo()
  expect(went).toEqual(['option /home', 'component /home'])
})

test('a router that throws is reported, and the sign-in goes on', ({ globals }) => {
  globals.at(`${app}/callback`)
  const error = new Error('of the app')
  const navigate = (): never => {
    throw error
  }
  returnHome({ navigate }, { returnTo: '/home' })
  expect(globals.reported).toEqual([error])
})

/** A page with a router that listens. @returns what it heard, and the page */
function withRouter(globals: Globals, at = `${app}/callback`) {
  const heard: string[] = []
  globals.give('HashChangeEvent', Event)
  for (const type of ['popstate', 'hashchange'])
    addEventListener(type, () => heard.push(`${type} ${location.href.slice(app.length)}`))
  return { heard, page: globals.at(at), pass: globals.timers() }
}

for (const [to, wanted] of [
  ['/home', ['popstate /home']],
  ['/home#part', ['popstate /home#part', 'hashchange /home#part']],
  ['/callback', []],
] as const)
  test(`on the way to ${to} a router gets the events of a click on Back`, ({ globals }) => {
    const { heard, page, pass } = withRouter(globals)
    returnHome({}, { returnTo: to })
    expect(heard).toEqual(wanted)
    expect(page.href).toBe(app + to)
    expect(page.left).toEqual([])
    expect(globals.reported).toEqual([])
    expect(pass()).toBe(wanted.length && 1)
  })

for (const [whose, kept, isKept, left] of [
  ['SvelteKit', { 'sveltekit:history': 1 }, true, [`${app}/home`]],
  ['Next.js', { __NA: true }, true, [`${app}/home`]],
  ['SvelteKit, session in memory', { 'sveltekit:history': 1 }, false, []],
  ['another framework', { key: 'a' }, true, []],
  ['no framework', null, true, []],
] as const)
  test(`router of ${whose}: the way back ${left.length > 0 ? 'loads' : 'does not load'} the page`, ({
    globals,
  }) => {
    const { page } = withRouter(globals)
    history.replaceState(kept, '')
    returnHome({}, { returnTo: '/home', isKept })
    expect(page.left).toEqual(left)
    expect(page.href).toBe(`${app}/${left.length > 0 ? 'callback' : 'home'}`)
    expect(globals.reported).toEqual([])
  })

test('a router that restores the old page gets the event once more', ({ globals }) => {
  const { heard, page, pass } = withRouter(globals)
  returnHome({}, { returnTo: '/home' })
  pass()
  history.replaceState(null, '', '/callback?from=the-router')
  expect(pass()).toBe(1)
  expect(heard).toEqual(['popstate /home', 'popstate /home'])
  expect(page.href).toBe(`${app}/home`)
  expect(pass()).toBe(0)
})

test('a router that has moved on gets no second event', ({ globals }) => {
  for (const move of ['pushState', 'replaceState'] as const) {
    const { heard, page, pass } = withRouter(globals)
    returnHome({}, { returnTo: '/home' })
    history[move](null, '', move === 'pushState' ? '/callback' : '/further')
    const before = page.href
    pass()
    expect(page.href).toBe(before)
    expect(heard.at(-1)).toBe('popstate /home')
    expect(pass()).toBe(0)
  }
})

test('after ten seconds no router gets an event', ({ globals }) => {
  const { pass } = withRouter(globals)
  returnHome({}, { returnTo: '/home' })
  let looks = 0
  while (looks < 300 && pass() > 0) looks += 1
  expect(looks).toBe(251)
})
