import { expect } from '@playwright/test'
import type { CallbackResult } from '../../src/door.js'
import { AuthError, type AuthErrorCode } from '../../src/errors.js'
import type { Opened } from '../../src/page/client.js'
import { signInByFrame } from '../../src/page/optional/iframe.js'
import { signedIn, signedOut } from '../support/page.js'
import { done, mark, test, turn, type Given } from '../support/restore.js'
import type { WebLocks } from '../support/web-locks.js'

// The option `restore`, and a frame that the page's own policy keeps out: src/page/optional/iframe.ts.

const lock = 'pixy-auth:restore:app'
const hour = 3_600_000

for (const [what, given] of [
  ['in a browser that has had no session', {}],
  ['after a sign-in', { kept: '0' }],
  ['an hour after an answer', { ago: hour + 1 }],
  ['where the clock was set back by an hour', { ago: -hour - 1 }],
] as const)
  test(`the server is asked ${what}`, async ({ open }) => {
    const { outcome, count } = await open(given)
    expect(await outcome).toBe(done)
    expect(count.asked).toBe(1)
  })

for (const [what, given] of [
  ['within an hour of an answer', { ago: hour }],
  ['where the clock was set back since an answer', { ago: -hour }],
  ['after a sign-out', { kept: 'sign-out' }],
  ['where a sign-out cannot be remembered', { isDenied: true }],
  ['by an app that runs in the frame of a sign-in', { inFrameOf: 'pixy-auth' }],
  ['while the device is offline', { isOffline: true }],
] as const)
  test(`the server is not asked ${what}`, async ({ open }) => {
    const { outcome, count } = await open(given)
    expect(await outcome).toBe(undefined)
    expect(count).toEqual({ asked: 0, opened: 0 })
  })

/** The lock of a tab that asks the server, which has it until it ends. */
function otherTab(): { hold: (locks: WebLocks) => void; end: () => void } {
  let end = (): void => {}
  const held = new Promise<void>((then) => (end = then))
  return { hold: (locks) => void locks.request(lock, () => held), end }
}

test('a tab asks after the tab before it, and holds its turn meanwhile', async ({ open }) => {
  const { hold, end } = otherTab()
  let answer: (result: CallbackResult) => void = () => {}
  const signIn = () => new Promise<CallbackResult>((then) => (answer = then))
  const { outcome, count, locks } = await open({ signIn }, hold)
  expect(count).toEqual({ asked: 0, opened: 0 })
  end()
  await turn()
  expect(count).toEqual({ asked: 1, opened: 1 })
  expect(locks.names()).toBe(`${lock} thisfalse `)
  answer(done)
  expect(await outcome).toBe(done)
  await turn()
  expect(locks.names()).toBe('')
})

for (const store of ['session', 'memory'])
  test(`a tab with the store "${store}" waits for no other tab`, async ({ open }) => {
    const { outcome } = await open({ store }, otherTab().hold)
    expect(await Promise.race([outcome, turn()])).toBe(done)
  })

for (const way of ['refused', 'absent'] as const)
  test(`a tab whose Web Locks are ${way} waits for no other tab`, async ({ open }) => {
    const { outcome } = await open({ way })
    expect(await Promise.race([outcome, turn()])).toBe(done)
  })

test('a tab waits five seconds for a turn, and takes none afterwards', async ({ open }) => {
  const { hold, end } = otherTab()
  const { outcome, count, device, locks } = await open({}, hold)
  device.pass(4999)
  await turn()
  expect(count.asked).toBe(0)
  device.pass(1)
  expect(await outcome).toBe(done)
  expect(locks.names()).toBe(`${lock} thisfalse `)
  end()
  await turn()
  expect(locks.names()).toBe('')
})

test('a click ends the wait for a turn', async ({ open }) => {
  const { outcome, click } = await open({}, otherTab().hold)
  click()
  expect(await Promise.race([outcome, turn()])).toBe(done)
})

test('a tab whose vault fails ends its turn', async ({ open }) => {
  const look = (): never => {
    throw new AuthError('storage')
  }
  const { outcome, locks } = await open({ look })
  await expect(outcome).rejects.toMatchObject({ code: 'storage' })
  await turn()
  expect(locks.names()).toBe('')
})

for (const [what, found, look] of [
  ['the session of another tab', done, () => signedIn()],
  [
    'a recent answer to another tab',
    { snapshot: signedOut() },
    (kept) => (kept.set(mark, `${Date.now()}`), signedOut()),
  ],
] as [string, CallbackResult, NonNullable<Given['look']>][])
  test(`a tab that finds ${what} does not ask the server`, async ({ open }) => {
    const { outcome, count } = await open({ look })
    expect(await outcome).toEqual(found)
    expect(count).toEqual({ asked: 0, opened: 1 })
  })

for (const [code, isAnswer] of [
  ['interaction_required', true],
  ['access_denied', true],
  ['oauth_error', true],
  ['timeout', true],
  ['unsupported', true],
  ['network', false],
  ['aborted', false],
] as [AuthErrorCode, boolean][])
  for (const isThrown of [true, false])
    test(`${code} ${isAnswer ? 'is' : 'is not'} kept as an answer, thrown: ${isThrown}`, async ({
      open,
    }) => {
      const error = { code, hint: undefined, oauth: undefined }
      const { outcome, kept } = await open({
        signIn: async () => {
          if (isThrown) throw new AuthError(code)
          return { snapshot: signedIn(), error }
        },
      })
      // The page shows what the vault has by now, and no error.
      expect(await outcome).toEqual({ snapshot: signedOut() })
      expect(kept.get(mark)).toBe(isAnswer ? `${Date.now()}` : undefined)
    })

test('a sign-out while the server is asked is remembered', async ({ open }) => {
  const { outcome, kept } = await open({
    signIn: async (kept) => {
      kept.set(mark, 'sign-out')
      throw new AuthError('interaction_required')
    },
  })
  await outcome
  expect(kept.get(mark)).toBe('sign-out')
})

const enforced = {
  effectiveDirective: 'frame-src',
  disposition: 'enforce',
  blockedURI: 'https://id.example',
}

for (const [what, violation, wanted] of [
  ['that keeps the frame out ends the sign-in', {}, 'unsupported'],
  ['that only reports the frame', { disposition: 'report' }, 'aborted'],
  ['that keeps a script out', { effectiveDirective: 'script-src' }, 'aborted'],
  ['that keeps another frame out', { blockedURI: 'https://else.example' }, 'aborted'],
] as const)
  test(`a policy ${what}${wanted === 'aborted' ? ' changes nothing' : ''}`, async ({ globals }) => {
    const [page, clicked] = [new EventTarget(), new AbortController()]
    const frame = { src: '', sandbox: { add: () => {} }, remove: () => {} }
    const more = { createElement: () => frame, documentElement: { append: () => {} } }
    globals.give('document', Object.assign(page, more))
    globals.give('BroadcastChannel', function () {
      return { close: () => {} }
    })
    const ask = async (): Promise<string> => 'https://id.example/authorize?request=1'
    const opened = { config: {} } as Opened
    const code = signInByFrame(ask, opened, clicked.signal).catch((error: AuthError) => error.code)
    await turn()
    const event = new Event('securitypolicyviolation')
    page.dispatchEvent(Object.assign(event, enforced, violation))
    await turn()
    clicked.abort()
    expect(await code).toBe(wanted)
  })
