import type { BrowserContext } from '@playwright/test'
import { stored } from './session.js'
import { Tab } from './tab.js'

/** Ways in which an app leaves the page in the same turn in which it signs out. */
export const leaveBy: [name: string, leave: () => void][] = [
  ['reload', () => location.reload()],
  ['another page', () => location.assign('/other')],
  ['another page instead of this one', () => location.replace('/other')],
  ['close', () => window.close()],
]

/**
 * Sign in in a new tab, call `signOut()` there, and leave in the same turn.
 *
 * @returns the refresh token that was held
 */
export async function signOutAndLeave(
  context: BrowserContext,
  leave: () => void,
): Promise<string | undefined> {
  // A page that a script opened may close itself.
  const opener = await context.newPage()
  await opener.goto('/frames')
  const opened = context.waitForEvent('page')
  await opener.evaluate(() => void window.open('/'))
  const tab = new Tab(await opened)
  const { page } = tab
  await page.waitForFunction(() => window.auth)
  await tab.started()
  await tab.signIn()
  const { refreshToken } = await stored(tab)
  // Wait until the page is idle: then it loads the chunks that a sign-out needs.
  await page.evaluate(() => new Promise((idle) => requestIdleCallback(idle)))
  const left = leave === leaveBy[3]?.[1] ? page.waitForEvent('close') : page.waitForEvent('load')
  const leaving = page.evaluate((source) => {
    void window.auth.signOut()
    // eslint-disable-next-line no-eval -- the test's own function, sent to the page as text
    ;(0, eval)(`(${source})()`)
  }, leave.toString())
  // The page may be gone before it can answer.
  await leaving.catch(() => {})
  await left
  return refreshToken
}
