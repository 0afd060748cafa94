import { expect } from '@playwright/test'
import type { PageConfig } from '../../src/config.js'
import type { CallbackResult, Snapshot, Vault } from '../../src/door.js'
import { AuthError } from '../../src/errors.js'
import { writeState, type Purpose } from '../../src/lib/state-param.js'
import { endedSession } from '../../src/page/flags.js'
import { callback } from '../../src/page/sign-in/callback.js'
import { wouldLoop } from '../../src/page/sign-in/may-redirect.js'
import { mayRestore, unrestored } from '../../src/page/sign-in/unrestored.js'
import { failure, signedIn, signedOut, test as base, type Globals } from '../support/page.js'

// What the page makes of an answer, with a vault that says what came of it.

const app = 'https://app.example'
const clean = `${app}/callback`
let count = 0

/** An answer as no other test has one: a page finishes each once. */
const answer = (purpose: Purpose = 'redirect', place = clean): string =>
  `${place}?code=secret&state=${writeState(purpose, 'abcdef', `random${(count += 1)}`)}`

interface Given {
  href: string
  came?: () => CallbackResult | undefined
  opens?: Snapshot
  /** What the address bar shows. */
  at?: string
}

interface Page extends ReturnType<Globals['at']> {
  /** Finish it. */
  finish(): Promise<CallbackResult | undefined>
  /** What was asked of the vault. */
  readonly asked: string[]
}

const test = base.extend<{ open: (given: Given) => Page }>({
  open: async ({ globals }, use) => {
    globals.storage('localStorage')
    globals.storage('sessionStorage')
    globals.give('parent', globalThis)
    globals.give('opener', null)
    await use(({ href, came = () => undefined, opens = signedOut(), at = clean }) => {
      const page = globals.at(at)
      const asked: string[] = []
      const vault: Partial<Vault> = {
        callback: async () => (asked.push('callback'), came()),
        open: async (refused) => (asked.push(`open ${refused}`), opens),
      }
      const config = { key: 'https://id.example app', redirectUri: clean, resources: [] }
      return Object.assign(page, {
        asked,
        finish: () => callback(config, vault as Vault, href),
      })
    })
  },
})

const failed = (hint?: string): CallbackResult => ({ snapshot: signedOut({ ...failure, hint }) })
const late = 'Call `start()` right beside `createAuth`: it came late.'

for (const [what, at, came, hint] of [
  ['in time', clean, failed(), undefined],
  ['in time, in the address still', '', failed(), undefined],
  ['late', `${app}/deep`, failed(), late],
  ['late, with a hint of its own', `${app}/deep`, failed('Look at it.'), `Look at it. ${late}`],
  ['late and well', `${app}/deep`, { snapshot: signedIn() }, undefined],
  ['late and without an error', `${app}/deep`, { snapshot: signedOut() }, undefined],
] as const)
  test(`an answer ${what} ${hint ? 'says' : 'does not say'} that the start was late`, async ({
    open,
  }) => {
    const href = answer()
    const result = await open({ href, at: at || href, came: () => came }).finish()
    expect(result).toEqual(hint ? { snapshot: signedOut({ ...failure, hint }) } : came)
  })

test('a late answer without a code fails for its own reason', async ({ open }) => {
  const href = answer().replace('code=secret', 'error=access_denied')
  const page = open({ href, at: `${app}/deep`, came: () => failed() })
  expect(await page.finish()).toEqual(failed())
})

test('a late answer of another client is ignored', async ({ open }) => {
  expect(await open({ href: answer(), at: `${app}/deep` }).finish()).toBe(undefined)
})

test('an answer is finished once, but again if a file failed to load', async ({ open }) => {
  const href = answer()
  const broken = (): never => {
    throw new AuthError('network')
  }
  await expect(open({ href, came: broken }).finish()).rejects.toMatchObject({ code: 'network' })
  const snapshot = signedIn()
  expect(await open({ href, came: () => ({ snapshot }) }).finish()).toEqual({ snapshot })
  const again = open({ href, opens: snapshot })
  expect(await again.finish()).toEqual({ snapshot })
  expect(again.asked).toEqual(['open undefined'])
})

for (const [what, first, opens, wanted] of [
  ['its session, as it is by now', signedIn(), signedIn({ id: 'two' }), signedIn({ id: 'two' })],
  ['that it has ended by now', signedIn(), signedOut(), signedOut()],
  ['a session of its own', signedOut(failure), signedIn(), signedIn()],
  ['why it failed', signedOut(failure), signedOut(), signedOut(failure)],
] as const)
  test(`a second client that finds the answer shows ${what}`, async ({ open }) => {
    const href = answer()
    const result = { snapshot: first, returnTo: '/callback' }
    await open({ href, came: () => result }).finish()
    expect(await open({ href, opens }).finish()).toEqual({ snapshot: wanted })
  })

test('an answer for neither of two clients shows nothing', async ({ open }) => {
  const href = answer()
  await open({ href }).finish()
  expect(await open({ href, opens: signedIn() }).finish()).toBe(undefined)
})

for (const [what, href, at, came, left] of [
  ['of another client goes back to the address', answer(), clean, undefined, 'href'],
  ['of another client stays out of another address', answer(), `${app}/deep`, undefined, 'at'],
  ['without `state` stays where it is', `${clean}?error=a`, `${clean}?error=a`, undefined, 'at'],
  [
    'without `state` stays away where the app has removed it',
    `${clean}?error=a`,
    clean,
    undefined,
    'at',
  ],
  ['that is finished leaves the address', answer(), 'href', failed(), 'clean'],
  ['that is finished changes no other address', answer(), `${app}/deep`, failed(), 'at'],
] as const)
  test(`an answer ${what}`, async ({ open }) => {
    const place = at === 'href' ? href : at
    const page = open({ href, at: place, came: () => came })
    await page.finish()
    expect(page.href).toBe({ href, at: place, clean }[left])
  })

test('a page that returns from the cache ends its second trip to the server', async ({
  open,
  globals,
}) => {
  for (const [snapshot, outcome] of [
    [signedIn(), 'signed-in'],
    [signedOut(), 'aborted'],
  ] as const) {
    const retryUrl = 'https://id.example/again'
    const page = open({ href: answer(), came: () => ({ snapshot, retryUrl }) })
    const finished = page.finish().then(
      (result) => result?.snapshot.status,
      ({ code }: AuthError) => code,
    )
    await expect.poll(() => page.left).toEqual([retryUrl])
    globals.happens('pageshow', { persisted: true })
    expect(await finished).toBe(outcome)
  }
})

test('only a sign-in that failed, or is under way, would loop', async ({ open, globals }) => {
  const key = 'https://id.example app'
  globals.give('navigator', { userActivation: { isActive: false } })
  expect(wouldLoop(key)).toBe(false)
  const during: boolean[] = []
  for (const snapshot of [signedIn(), signedOut(failure)]) {
    const came = (): CallbackResult => (during.push(wouldLoop(key)), { snapshot })
    await open({ href: answer(), came }).finish()
    expect(wouldLoop(key)).toBe(snapshot.status === 'signed-out')
  }
  expect(during).toEqual([true, true])
  // The user does something, or the browser does not tell.
  globals.give('navigator', { userActivation: { isActive: true } })
  expect(wouldLoop(key)).toBe(false)
  globals.give('navigator', {})
  expect(wouldLoop(key)).toBe(false)
})

test('the page preconnects to the server, and removes its own links', async ({ open, globals }) => {
  const links: { href?: string; crossOrigin?: string; isThere?: boolean }[] = []
  const createElement = (): object => {
    const link = { remove: () => Object.assign(link, { isThere: false }) }
    return link
  }
  const head = { append: (link: object) => links.push(Object.assign(link, { isThere: true })) }
  globals.give('document', { createElement, head })
  await open({ href: answer() }).finish()
  expect(links).toMatchObject([{ href: 'https://id.example', crossOrigin: '', isThere: false }])
})

test('a session that could not be deleted is refused from now on', async ({ open }) => {
  const came = (): CallbackResult => ({ snapshot: signedIn(), undeleted: '!one' })
  await open({ href: answer(), came }).finish()
  expect(endedSession('https://id.example app')).toBe('!one')
})

for (const [what, restore, result, kept] of [
  ['a sign-in', true, { snapshot: signedIn() }, '0'],
  ['a sign-in where nothing is restored', false, { snapshot: signedIn() }, 'sign-out'],
  ['a failure', true, { snapshot: signedOut() }, 'sign-out'],
  ['a failure beside a session', true, { snapshot: signedIn(), error: failure }, 'sign-out'],
] as const)
  test(`${what} ${kept === '0' ? 'allows' : 'does not allow'} a restore after a sign-out`, ({
    globals,
  }) => {
    globals.storage('localStorage')
    unrestored('app', 'sign-out')
    mayRestore({ key: 'app', restore } as PageConfig, result)
    expect(unrestored('app')).toBe(kept)
  })
