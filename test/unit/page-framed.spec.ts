import { expect } from '@playwright/test'
import { signInFromFrame } from '../../src/page/optional/framed.js'
import { app, done, test, type SignIn } from '../support/popup-window.js'

// What src/page/optional/framed.ts lets a frame do: sign in by a popup, in a page that is listed.

const shop = 'https://shop.example'
const other = 'https://other.example'

const signInWith =
  (...origins: string[]): SignIn =>
  (popup, ask, opened, onLeaving) =>
    signInFromFrame(popup, ask, opened, undefined, onLeaving, origins)

for (const [what, around, listed, goes] of [
  ['a page that is listed', [shop], [shop], true],
  ['pages that are all listed', [shop, other], [other, shop], true],
  ['a page of this origin in a page that is listed', [app, shop], [shop], true],
  ['a page that is not listed', [other], [shop], false],
  ['a page that is listed, in one that is not', [shop, other], [shop], false],
  ['a page without an origin', ['null'], [shop], false],
  ['a page without an origin, with "null" listed,', ['null'], ['null'], false],
  ['a browser that hides the pages around', undefined, [shop], false],
  ['a browser that hides them, with "null" listed,', undefined, ['null'], false],
] as const)
  test(`in ${what} a sign-in ${goes ? 'begins' : 'is refused'}`, async ({ begin, globals }) => {
    globals.give('location', { origin: app, ancestorOrigins: around })
    const page = await begin(signInWith(...listed))
    expect([page.asked, page.popup.went.length]).toEqual(goes ? [1, 1] : [0, 0])
    expect(page.outcome).toBe(goes ? undefined : 'unsupported')
  })

const inShop = { origin: app, ancestorOrigins: [shop] }

test('only a message of this origin from the popup is taken', async ({ begin, globals }) => {
  const posted: unknown[] = []
  globals.give('postMessage', function (this: unknown, ...given: unknown[]) {
    posted.push([this, ...given])
  })
  globals.give('location', inShop)
  const page = await begin(signInWith(shop))
  const { popup } = page
  const data = page.callbackUrl()
  const said = async (source: unknown, origin: string): Promise<void> => {
    globals.happens('message', { data, source, origin })
    await page.look(0)
  }
  await said({}, app)
  await said(popup, other)
  expect([page.outcome, posted]).toEqual([undefined, []])
  await said(popup, app)
  expect([page.outcome, popup.closed]).toEqual([done, true])
  const to = { targetOrigin: app }
  expect(posted).toEqual([
    [popup, 'taken', to],
    [popup, '', to],
  ])
})

test('closing the popup ends the sign-in at the next look', async ({ begin, globals }) => {
  globals.give('location', inShop)
  const page = await begin(signInWith(shop))
  await page.look(9)
  expect(page.outcome).toBe(undefined)
  page.popup.closed = true
  await page.look(1)
  expect(page.outcome).toBe('popup_closed')
})

test('a second click shows the popup', async ({ begin, globals }) => {
  globals.give('location', inShop)
  const page = await begin(signInWith(shop))
  await page.clickAgain()
  expect([page.popup.shown, page.popup.went.length]).toEqual([1, 1])
})
