import { expect } from '@playwright/test'
import { signInByPopup } from '../../src/page/optional/popup.js'
import { done, Popup, test, type SignIn } from '../support/popup-window.js'

// What src/page/optional/popup.ts makes of a popup: whether the user has closed it, and what a second click does.

const url = 'https://id.example/authorize'
const signIn: SignIn = (popup, ask, opened, onLeaving) =>
  signInByPopup(popup, ask, opened, undefined, onLeaving)

test('the popup goes to the server without a link to this page', async ({ begin }) => {
  const { popup } = await begin(signIn)
  expect([popup.opener, popup.went]).toEqual([null, [url]])
})

test('the answer ends the sign-in and closes the popup', async ({ begin }) => {
  const page = await begin(signIn)
  await page.say(page.callbackUrl())
  expect([page.outcome, page.popup.closed]).toEqual([done, true])
})

test('a popup seen three times at the server counts as closed at the third look', async ({
  begin,
}) => {
  const page = await begin(signIn)
  page.popup.isElsewhere = true
  await page.look(3)
  page.popup.closed = true
  await page.look(2)
  expect(page.outcome).toBe(undefined)
  await page.look(1)
  expect(page.outcome).toBe('popup_closed')
})

for (const [what, isElsewhere, looks] of [
  ['seen at the server for two looks only', true, 2],
  ['seen at this origin only', false, 9],
] as const)
  test(`a popup ${what} counts as closed at the 51st look`, async ({ begin }) => {
    const page = await begin(signIn)
    Object.assign(page.popup, { isElsewhere })
    await page.look(looks)
    Object.assign(page.popup, { isElsewhere: false, closed: true })
    await page.look(50)
    expect(page.outcome).toBe(undefined)
    await page.look(1)
    expect(page.outcome).toBe('popup_closed')
  })

test('a popup that a policy cuts off at once counts as closed at the 51st look', async ({
  begin,
}) => {
  const page = await begin(signIn)
  Object.assign(page.popup, { isElsewhere: true, closed: true })
  await page.look(50)
  expect(page.outcome).toBe(undefined)
  await page.look(1)
  expect(page.outcome).toBe('popup_closed')
})

test('a popup does not count as closed while the page has no focus', async ({ begin }) => {
  const page = await begin(signIn)
  page.popup.isElsewhere = true
  await page.look(3)
  page.popup.closed = true
  await page.look(2)
  page.hasFocus = false
  await page.look(100)
  page.hasFocus = true
  await page.look(2)
  expect(page.outcome).toBe(undefined)
  await page.look(1)
  expect(page.outcome).toBe('popup_closed')
})

test('a second click shows an open popup', async ({ begin }) => {
  const page = await begin(signIn)
  await page.clickAgain()
  expect([page.popup.shown, page.popup.went]).toEqual([1, [url]])
})

const pushed = `${url}?request_uri=urn:1`

for (const [what, urls, asked] of [
  ['the same URL', [url, `${url}?second`], 1],
  ['another URL where a request was pushed', [pushed, `${url}?request_uri=urn:2`], 2],
] as const)
  test(`a second click opens another popup with ${what}`, async ({ begin, globals }) => {
    const second = new Popup()
    globals.give('open', () => second)
    const page = await begin(signIn, [...urls])
    page.popup.closed = true
    await page.clickAgain()
    expect([page.asked, second.opener, second.went]).toEqual([asked, null, [urls[asked - 1]]])
    await page.say(page.callbackUrl())
    expect([page.outcome, second.closed]).toEqual([done, true])
  })

test('a second click whose popup the browser blocks leaves the first as it is', async ({
  begin,
  globals,
}) => {
  globals.give('open', () => null)
  const page = await begin(signIn, [pushed])
  page.popup.closed = true
  await page.clickAgain()
  await page.look(50)
  expect([page.asked, page.outcome]).toEqual([1, undefined])
  await page.say(page.callbackUrl())
  expect(page.outcome).toBe(done)
})

test('a blocked popup ends the sign-in before a request is made', async ({ begin }) => {
  const page = await begin((_, ask, opened, onLeaving) =>
    signInByPopup(null, ask, opened, undefined, onLeaving),
  )
  expect([page.outcome, page.asked]).toEqual(['popup_blocked', 0])
})
