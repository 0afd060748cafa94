import { expect, test, type Tab } from '../support/fixture.js'
import { said } from '../support/sign-in-steps.js'

const minute = 60_000

test.use({ options: { idle: { after: 600, warn: 60 } } })

/** What the state says of the end of the session: the milliseconds to it. */
const countdown = ({ page }: Tab): Promise<number | undefined> =>
  page.evaluate(() => {
    const { state } = window.auth
    return 'endsAt' in state && state.endsAt ? state.endsAt - Date.now() : undefined
  })

/** The clock of all tabs goes on. */
const pass = (ms: number, { page }: Tab): Promise<void> => page.clock.fastForward(ms)

/** Opened, signed in and watched, with a clock that the test sets. */
async function open(tab: Tab): Promise<void> {
  await tab.page.clock.install()
  await tab.open()
  await tab.signIn()
  await noted(tab)
}

/** Wait until this tab has noted when the user did something, and that another time than before. */
async function noted({ page }: Tab, before = ''): Promise<string> {
  const read = (): Promise<string> =>
    page.evaluate(() => {
      const name = Object.keys(localStorage).find((key) => key.startsWith('pixy-auth:active:'))
      return (name && localStorage.getItem(name)) || ''
    })
  await expect.poll(read).not.toBe(before)
  return read()
}

test('an idle session ends after a warning', async ({ app, server }) => {
  await open(app)
  await pass(8 * minute, app)
  // A script of the page is not the user.
  await app.page.evaluate(() => dispatchEvent(new Event('pointermove')))
  expect(await countdown(app)).toBeUndefined()
  await pass(1.5 * minute, app)
  await expect.poll(() => countdown(app)).toBeGreaterThan(0)
  expect(await countdown(app)).toBeLessThanOrEqual(minute)
  await app.refresh()
  expect(await countdown(app)).toBeLessThanOrEqual(minute)
  await pass(minute, app)
  await expect.poll(() => said(app)).toBe('session_ended')
  await expect.poll(() => server.requests('revocation').length).toBe(1)
  expect(server.requests('end_session')).toEqual([])
})

test('activity in one tab keeps the session in all tabs', async ({ app, secondTab }) => {
  await open(app)
  const other = await secondTab()
  const before = await noted(app)
  await pass(9.5 * minute, app)
  await expect.poll(() => countdown(other)).toBeGreaterThan(0)
  await app.page.mouse.move(10, 10)
  await noted(app, before)
  await expect.poll(() => countdown(other)).toBeUndefined()
  await pass(2 * minute, app)
  for (const tab of [app, other]) expect(await said(tab)).toBe('signed-in')
  await pass(9 * minute, app)
  // The clock of one may go on after it was told by the other.
  for (const tab of [app, other]) await expect.poll(() => said(tab)).toMatch(/session_ended|out/)
})

test('a page opened after the idle time starts signed out', async ({ app, server }) => {
  await open(app)
  await app.page.goto('about:blank')
  await app.page.clock.setSystemTime(Date.now() + 11 * minute)
  await app.open()
  expect(await said(app)).toBe('session_ended')
  expect(await app.history()).toEqual(['loading', 'signed-out'])
  await expect.poll(() => server.requests('revocation').length).toBe(1)
})

test('activity after the device slept too long does not keep the session', async ({ app }) => {
  await open(app)
  // No timer runs meanwhile.
  await app.page.clock.setSystemTime(Date.now() + 11 * minute)
  await app.page.mouse.move(10, 10)
  await expect.poll(() => said(app)).toBe('session_ended')
})

test('setting the clock back does not prolong an idle session', async ({ app }) => {
  await open(app)
  await app.page.clock.setSystemTime(Date.now() - 60 * minute)
  await pass(9 * minute, app)
  expect(await said(app)).toBe('signed-in')
  await pass(2 * minute, app)
  await expect.poll(() => said(app)).toBe('session_ended')
})
