import type { Browser } from '@playwright/test'
import type { SignInOptions, SignOutOptions } from '../../src/index.js'
import { expect, type Outcome, type Tab } from './fixture.js'

// A stand-in for an app shell: what the app opens is opened in another browser, and the answer, which leads to a
// scheme that the app alone has, is handed back to the app.

/** The URLs that the app has opened so far, once there are this many. */
export async function opened({ page }: Tab, count: number): Promise<string[]> {
  const all = (): Promise<string[]> => page.evaluate(() => window.opened)
  await expect.poll(async () => (await all()).length, { intervals: [20] }).toBe(count)
  return all()
}

/** Call `signIn()`, and wait until the app has opened the URL of the server. */
export async function leave(tab: Tab, options: SignInOptions = {}): Promise<string> {
  const before = await tab.page.evaluate((given) => {
    const { length } = window.opened
    window.popped ??= []
    window.controller = new AbortController()
    window.native.signIn({ signal: window.controller.signal, ...given }).then(
      ({ status }) => window.popped.push(status),
      ({ code }) => window.popped.push(code),
    )
    return length
  }, options)
  return (await opened(tab, before + 1))[before] ?? ''
}

/** Open a URL in the user's browser, which is no window of the app: where the server sends the user. */
export async function browse(browser: Browser, url: string): Promise<string> {
  const context = await browser.newContext()
  const page = await context.newPage()
  const answer = page.waitForResponse((response) => 'location' in response.headers())
  // No browser knows the scheme.
  await page.goto(url).catch(() => {})
  const { location = '' } = (await answer).headers()
  await context.close()
  return location
}

/** The system opens the app with a URL: the status, the code, or `false`. */
export const finish = (tab: Tab, url: unknown): Promise<Outcome<string | false>> =>
  tab.attempt(async (given) => {
    const state = await window.native.finish(given as string)
    return state && state.status
  }, url)

export const signOut = (tab: Tab, options: SignOutOptions = {}): Promise<Outcome<void>> =>
  tab.attempt((given: SignOutOptions) => window.native.signOut(given), options)
