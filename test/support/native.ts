import type { SignInOptions, SignOutOptions } from '../../src/index.js'
import { expect, type Outcome, type Tab } from './fixture.js'

// A stand-in for an app shell. The test requests the URL that the app opens, outside of the app's browser. The answer
// leads to a scheme that only the app has, and the test gives it back to the app.

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

/** Open a URL where the app cannot see it. @returns the URL to which the server sends the user's browser */
export async function browse(url: string): Promise<string> {
  // A plain request is enough: a browser could not open the scheme of the answer either.
  const { headers } = await fetch(url, { redirect: 'manual' })
  return headers.get('location') ?? ''
}

/** Open the app with a URL, as the system does. @returns the status, the code, or `false` */
export const finish = (tab: Tab, url: unknown): Promise<Outcome<string | false>> =>
  tab.attempt(async (given) => {
    const state = await window.native.finish(given as string)
    return state && state.status
  }, url)

export const signOut = (tab: Tab, options: SignOutOptions = {}): Promise<Outcome<void>> =>
  tab.attempt((given: SignOutOptions) => window.native.signOut(given), options)
