import type { Locator } from '@playwright/test'
import { expect, type Tab } from './fixture.js'

/** Wait until the page shows this text. */
export const settled = ({ page }: Tab, text: string): Promise<void> =>
  expect(page.getByText(text)).toBeVisible()

/** What each rendering of the component under test said. */
export const renders = ({ page }: Tab): Promise<string[]> => page.evaluate(() => window.renders)

export const place = ({ page }: Tab): Locator => page.getByTestId('place')

export const alert = ({ page }: Tab): Locator => page.getByRole('alert')

/** Press the app's button, and wait until the user is back and signed in. */
export async function signInByButton(tab: Tab): Promise<void> {
  await tab.page.getByRole('button', { name: 'Sign in' }).click()
  await tab.page.waitForFunction(() => window.auth?.state.status === 'signed-in')
}

/** Wait until the page is back from a server that refused the sign-in. */
export async function refused({ page }: Tab): Promise<void> {
  await page.waitForFunction(() => {
    const { state } = window.auth ?? {}
    return state?.status === 'signed-out' && state.error
  })
}
