import { expect } from '@playwright/test'
import { test } from '../support/link.js'
import { signedIn, signedOut } from '../support/page.js'

// What src/page/optional/link.ts makes of a link, its clicks, and the URLs that come.

/** How long a URL serves, in milliseconds. */
const life = 3_000_000

test('a link gets another URL when the first expires', async ({ open }) => {
  const { link, asked, device } = open()
  expect(asked).toHaveLength(1)
  await asked[0]?.comes('url 1')
  expect(link.href).toBe('url 1')
  for (const sign of ['pointerenter', 'focus']) link.dispatchEvent(new Event(sign))
  device.pass(life - 1)
  link.dispatchEvent(new Event('focus'))
  expect(asked).toHaveLength(1)
  device.pass(1)
  expect(asked).toHaveLength(2)
  await asked[1]?.comes('url 2')
  expect(link.href).toBe('url 2')
})

for (const [what, ms] of [
  ['a sleep of the device', life],
  ['a clock that is set back', -life],
] as const)
  test(`after ${what} the link gets another URL`, async ({ open, globals }) => {
    const { asked, device } = open()
    await asked[0]?.comes('url 1')
    device.sleep(ms)
    globals.happens('pageshow')
    expect(asked).toHaveLength(2)
  })

test('a click follows the link, which gets another URL afterwards', async ({ open }) => {
  for (const how of [{}, { ctrlKey: true }, { type: 'auxclick', button: 1 }]) {
    const app = open()
    await app.asked[0]?.comes('url 1')
    expect(app.click(how)).toBe(true)
    expect([app.link.href, app.asked.length]).toEqual(['url 1', 1])
    app.device.pass(1)
    expect([app.asked.length, app.signIns]).toEqual([2, 0])
  }
})

test('pressing a link without a good URL calls prepare()', async ({ open }) => {
  const app = open()
  const press = (how?: object): void => void app.click({ type: 'pointerdown', ...how })
  for (const how of [{ button: 1 }, { button: 2 }, { ctrlKey: true }]) press(how)
  expect(app.prepared).toEqual([])
  press()
  expect(app.prepared).toEqual([{}])
  await app.asked[0]?.comes('url 1')
  press()
  expect(app.prepared).toHaveLength(1)
  app.state.show(signedIn())
  press()
  expect(app.prepared).toHaveLength(2)
  app.undo()
  press()
  expect(app.prepared).toHaveLength(2)
  expect(app.signIns).toBe(0)
})

test('a click without a URL calls signIn()', async ({ open }) => {
  const app = open()
  expect(app.click()).toBe(false)
  expect(app.signIns).toBe(1)
  await app.asked[0]?.fails()
  expect(app.click()).toBe(false)
  expect(app.signIns).toBe(2)
})

for (const how of [
  { type: 'auxclick', button: 1 },
  { altKey: true },
  { ctrlKey: true },
  { metaKey: true },
  { shiftKey: true },
])
  test(`a click with ${Object.keys(how)} is left to the browser`, ({ open }) => {
    const app = open()
    expect(app.click(how)).toBe(true)
    expect(app.signIns).toBe(0)
  })

test('a right click, and a click that the app handled, are left alone', async ({ open }) => {
  const app = open()
  await app.asked[0]?.comes('url 1')
  app.click({ type: 'auxclick', button: 2 })
  app.click({ isTaken: true })
  app.device.pass(1)
  expect([app.asked.length, app.signIns]).toEqual([1, 0])
})

test('a URL that returns to another page is not used', async ({ open, globals }) => {
  const app = open()
  await app.asked[0]?.comes('url 1')
  globals.at('https://app.example/other')
  expect(app.click()).toBe(false)
  expect(app.signIns).toBe(1)
  app.link.dispatchEvent(new Event('pointerenter'))
  expect(app.asked).toHaveLength(2)
})

for (const first of ['comes', 'fails'] as const)
  test(`a URL requested earlier that ${first} late is ignored`, async ({ open, globals }) => {
    const { link, asked } = open()
    globals.at('https://app.example/other')
    link.dispatchEvent(new Event('focus'))
    await asked[0]?.[first]('url 1')
    expect(link.href).toBe('')
    await asked[1]?.comes('url 2')
    expect(link.href).toBe('url 2')
  })

test('a link whose URL failed asks again on the next focus', async ({ open }) => {
  const { link, asked } = open()
  await asked[0]?.fails()
  link.dispatchEvent(new Event('focus'))
  expect(asked).toHaveLength(2)
})

test('a link gets no URL while signed in, and one after the sign-out', async ({ open }) => {
  const { link, asked, state } = open()
  await asked[0]?.comes('url 1')
  state.show(signedIn())
  link.dispatchEvent(new Event('focus'))
  expect(asked).toHaveLength(1)
  state.show(signedOut())
  expect(asked).toHaveLength(2)
})

test('a sign-out that no state shows gives the link another URL', async ({ open }) => {
  const app = open()
  await app.asked[0]?.comes('url 1')
  app.signsOut()
  expect(app.asked).toHaveLength(2)
  expect(app.click()).toBe(false)
  await app.asked[1]?.comes('url 2')
  expect([app.link.href, app.click()]).toEqual(['url 2', true])
  app.state.show(signedIn())
  app.signsOut()
  expect([app.asked.length, app.signIns]).toEqual([2, 1])
})

test('a page that comes back from the cache gives its link another URL', async ({
  open,
  globals,
}) => {
  const { asked } = open()
  await asked[0]?.comes('url 1')
  globals.happens('pageshow', { persisted: false })
  expect(asked).toHaveLength(1)
  globals.happens('pageshow', { persisted: true })
  expect(asked).toHaveLength(2)
})

test('without channels a link has its URL all the same', async ({ open, globals }) => {
  const { link, asked, undo } = open({ hasChannel: false })
  await asked[0]?.comes('url 1')
  undo()
  globals.happens('pageshow', { persisted: true })
  expect([link.href, asked.length]).toEqual(['url 1', 1])
})

test('a link keeps the address of the app until it has a URL', async ({ open }) => {
  expect(open().link.hasAttribute()).toBe(true)
  const { link, asked } = open({ href: '/sign-in' })
  expect(link.href).toBe('/sign-in')
  await asked[0]?.comes('url 1')
  expect(link.href).toBe('url 1')
})

test('an undone link stays as it is', async ({ open, globals }) => {
  const late = open()
  late.undo()
  await late.asked[0]?.comes('url 1')
  expect(late.link.href).toBe('')
  const clicked = open()
  await clicked.asked[0]?.comes('url 1')
  clicked.click()
  clicked.undo()
  clicked.device.pass(life)
  globals.happens('pageshow')
  expect([clicked.asked.length, clicked.device.waiting, clicked.listeners]).toEqual([1, 0, 0])
})

test('a link undone before it began stays as it was', ({ open }) => {
  const { link, listeners } = open({ isUndone: true })
  expect([link.hasAttribute(), listeners]).toEqual([false, 0])
})
