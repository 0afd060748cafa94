import { expect } from '@playwright/test'
import { AuthError, toData, type AuthErrorCode } from '../../src/errors.js'
import type { SignInRequest } from '../../src/door.js'
import type { SignInOptions } from '../../src/options.js'
import { aborting } from '../../src/page/sign-in/ways/redirect.js'
import { server, test } from '../support/guard.js'
import { signedIn, signedOut } from '../support/page.js'

// Which way a sign-in takes off the page, and when `require()` and `idle` take it.

interface Way {
  /** Where a popup and a frame went. */
  readonly went: string[]
  /** What came of it: it is given up once it has left. */
  readonly outcome: Promise<unknown>
}

const withWays = test.extend<{ leave: (options: SignInOptions, popup?: null) => Way }>({
  leave: async ({ globals, open }, use) => {
    globals.give('addEventListener', () => {})
    globals.give('removeEventListener', () => {})
    await use((options, popup) => {
      const went: string[] = []
      const end = new AbortController()
      const go = (what: string): void => {
        went.push(what)
        queueMicrotask(() => end.abort())
      }
      const frame = { src: '', remove: () => {}, sandbox: { add: () => {} } }
      globals.give('document', {
        createElement: () => frame,
        documentElement: { append: () => go(`frame ${frame.src}`) },
        addEventListener: () => {},
      })
      const place = { replace: (href: string) => go(`popup ${href}`) }
      const window = { location: place, close: () => {}, resizeTo: () => {} }
      const { guard, asked } = open()
      const given = { ...options, signal: end.signal }
      const opened = popup === null ? null : (window as unknown as Window)
      const outcome = guard.signIn(given, 'signed-out', opened).catch(({ code }: AuthError) => code)
      return { went, outcome: outcome.then((code) => [code, ...asked.map(({ prompt }) => prompt)]) }
    })
  },
})

/** The page is in a frame of a page that it cannot read. */
const foreign = (): object => {
  const page = { parent: undefined as unknown, document: null }
  return Object.assign(page, { parent: page })
}

const listed = ['https://portal.example']
for (const [options, isFramed, went, outcome] of [
  [{ via: 'popup' }, false, [`popup ${server}`], ['aborted', undefined]],
  [{ via: 'iframe' }, false, [`frame ${server}`], ['aborted', 'none']],
  [{ via: 'iframe', prompt: 'none' }, false, [`frame ${server}`], ['aborted', 'none']],
  [{ via: 'iframe', prompt: 'login' }, false, [], ['config']],
  [{ via: 'popup', frameOrigins: listed }, false, [`popup ${server}`], ['aborted', undefined]],
  [{ via: 'popup', frameOrigins: listed }, true, [`popup ${server}`], ['aborted', undefined]],
  [{ via: 'popup', frameOrigins: ['https://b.example'] }, true, [], ['unsupported']],
  [{ via: 'popup', frameOrigins: [] }, true, [], ['unsupported']],
  [{ via: 'popup' }, true, [], ['unsupported']],
  [{ via: 'iframe', frameOrigins: listed }, true, [], ['unsupported']],
] as const)
  withWays(
    `${isFramed ? 'in a foreign frame' : 'in a tab'}: ${JSON.stringify(options)}`,
    async ({ leave, globals }) => {
      if (isFramed) {
        globals.give('parent', foreign())
        const ancestorOrigins = listed
        globals.give('location', Object.assign(new URL('https://app.example'), { ancestorOrigins }))
      }
      const way = leave(options)
      expect(await way.outcome).toEqual(outcome)
      expect(way.went).toEqual(went)
    },
  )

test('a frame without listed pages says to open the app in a tab', async ({ open, globals }) => {
  globals.give('parent', foreign())
  const popup = {} as Window
  for (const frameOrigins of [undefined, []]) {
    const outcome = open().guard.signIn({ via: 'popup', frameOrigins }, 'signed-out', popup)
    const hint = expect.stringContaining('in a tab of its own') as unknown
    await expect(outcome).rejects.toMatchObject({ code: 'unsupported', hint })
  }
})

withWays('a blocked popup is reported, in a tab and in a frame', async ({ leave }) => {
  expect(await leave({ via: 'popup' }, null).outcome).toEqual(['popup_blocked'])
})

test('a signal aborted before the sign-in rejects at once', async () => {
  await expect(aborting(AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' })
})

test('a request says that it is by require(), and never by signIn()', async ({ open }) => {
  const { guard, asked } = open()
  void guard.require({ scope: 'more' }, (options) => guard.signIn(options, 'signed-out'))
  await expect.poll(() => asked).toMatchObject([{ by: 'require', scope: 'more' }])
  void guard.signIn({ scope: 'more' }, 'signed-out')
  await expect.poll(() => asked).toMatchObject([{}, { by: undefined }])
})

const refused = new AuthError('oauth_error')
const stale = toData(refused)
for (const [what, fails, then, wanted] of [
  ['its token lives', undefined, signedIn({ stale }), 'signed-in'],
  ['its token is refused as the refresh was', refused.code, signedIn({ stale }), 'oauth_error'],
  ['its token fails otherwise', 'network', signedIn({ stale }), 'signed-in'],
  ['it has ended meanwhile', refused.code, signedOut(), 'not_signed_in'],
] as const)
  test(`require() after a refused refresh: ${what}`, async ({ open }) => {
    const getAccessToken = async (): Promise<string> => {
      state.show(then)
      if (fails) throw new AuthError(fails as AuthErrorCode)
      return 'token'
    }
    const { guard, state } = open({ shows: signedIn({ stale }), vault: { getAccessToken } })
    const join = (): never => {
      throw new AuthError('aborted')
    }
    const outcome = await guard
      .require(undefined, async () => join())
      .then(
        ({ status }) => status,
        ({ code }: AuthError) => code,
      )
    expect(outcome).toBe(wanted)
  })

test('require() after a failed refresh asks for no token', async ({ open }) => {
  const { guard } = open({ shows: signedIn({ stale: toData(new AuthError('network')) }) })
  expect(await guard.require(undefined, () => Promise.reject())).toMatchObject({ user: {} })
})

test('prepare() loads the files of a click, and reports no error', async ({ open, globals }) => {
  const links: object[] = []
  const createElement = (): object => ({ remove: () => {} })
  const head = { append: (link: object) => links.push(link) }
  globals.give('document', { createElement, head })
  await open({ closed: new AuthError('config') }).guard.prepare()
  await open({ vault: { prepare: async () => undefined } }).guard.prepare()
  expect(links).toEqual([])
  await open({ vault: { prepare: async () => server } }).guard.prepare()
  expect(links).toMatchObject([{ rel: 'preconnect', href: server }])
  expect(links[0]).not.toHaveProperty('crossOrigin')
})

const event = (type: string, more: object = {}): Event => Object.assign(new Event(type), more)
const portal = { via: 'popup', frameOrigins: listed } as const
for (const [what, given, isAhead, isNative] of [
  ['nothing', undefined, false],
  ['a hover', event('pointerenter'), false],
  ['a focus', event('focus'), false],
  ['a click', event('click', { button: 0 }), false],
  ['a press', event('pointerdown', { button: 0 }), true],
  ['a press of another button', event('pointerdown', { button: 2 }), false],
  ['a press of a mouse', event('mousedown', { button: 0 }), true],
  ['a touch', event('touchstart'), true],
  ['Enter', event('keydown', { key: 'Enter' }), true],
  ['Space', event('keydown', { key: ' ' }), true],
  ['Tab', event('keydown', { key: 'Tab' }), false],
  ['options', { prompt: 'login' }, true],
  ['no options', {}, true],
  ['the redirect', { via: 'redirect' }, true],
  ['a popup', { via: 'popup' }, false],
  ['a popup from a frame', portal, false],
  ['a frame', { via: 'iframe' }, false],
  ['a wrong option', { prompt: 1 as never }, false],
  ['options in an app shell', {}, false, true],
  ['a press in an app shell', event('pointerdown', { button: 0 }), false, true],
] as const)
  test(`prepare() with ${what} makes ${isAhead ? 'the' : 'no'} request ahead`, async ({ open }) => {
    const prepared: unknown[] = []
    const prepare = async (request?: SignInRequest): Promise<undefined> =>
      void prepared.push(request)
    const leave = (): never => {
      throw new Error('left')
    }
    const config = isNative ? { leave } : {}
    const { guard, asked } = open({ vault: { prepare }, config })
    await guard.prepare(given as SignInOptions)
    const [first, ...others] = isAhead ? prepared : [undefined, ...prepared]
    expect(others).toEqual([undefined])
    if (!isAhead) return
    // The click asks for the same.
    guard.signIn(given as SignInOptions, 'signed-out').catch(() => {})
    await expect.poll(() => asked).toHaveLength(1)
    expect(asked[0]).toEqual(first)
  })

test('in a frame of another origin no request is made ahead', async ({ open, globals }) => {
  globals.give('parent', foreign())
  const prepared: unknown[] = []
  const vault = { prepare: async (request?: SignInRequest) => void prepared.push(request) }
  await open({ vault }).guard.prepare({})
  expect(prepared).toEqual([undefined])
})

test('a session that was idle for too long ends as it is restored', async ({ open }) => {
  const idle = { after: 600 }
  const vault = { signOut: async () => ({}) }
  const restored = (): unknown => open({ config: { idle }, vault }).guard.restore('one')
  localStorage.setItem('pixy-auth:active:app', `${Date.now() - 10_000}`)
  expect(await restored()).toBe(undefined)
  localStorage.setItem('pixy-auth:active:app', `${Date.now() - 601_000}`)
  expect(await restored()).toMatchObject({ snapshot: { error: { code: 'session_ended' } } })
  expect(await open().guard.restore('one')).toBe(undefined)
})

test('wrong options end no idle session', async ({ open }) => {
  expect(await open({ wrong: new AuthError('config') }).guard.restore('one')).toBe(undefined)
})
