import type { Page } from '@playwright/test'
import type { SignInOptions } from '../../src/index.js'
import { expect, type Tab } from './fixture.js'

declare global {
  interface Window {
    /** The status that each sign-in by popup resolved to, or the code that it rejected with. */
    popped: string[]
    controller: AbortController
  }
}

/** Put a button on the page that signs in by a popup. */
export async function button({ page }: Tab, options: SignInOptions = {}): Promise<void> {
  await page.evaluate((given) => {
    window.popped ??= []
    window.controller = new AbortController()
    document.querySelector('button')?.remove()
    const one = document.body.appendChild(document.createElement('button'))
    one.textContent = 'Sign in'
    one.onclick = () => {
      const { signal } = window.controller
      window.auth.signIn({ via: 'popup', signal, ...given }).then(
        ({ status }) => window.popped.push(status),
        ({ code }) => window.popped.push(code),
      )
    }
  }, options)
}

/** Click on the button as a user does. @returns the popup that opens */
export async function click({ page }: Tab): Promise<Page> {
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('button')])
  return popup
}

export const popped = ({ page }: Tab): Promise<string[]> => page.evaluate(() => window.popped)

/** Wait until the sign-ins by popup have ended like this. */
export async function ends(tab: Tab, ...outcomes: string[]): Promise<void> {
  await expect.poll(() => popped(tab), { intervals: [20] }).toEqual(outcomes)
}

/** Wait until a window is closed. */
export async function closes(popup: Page): Promise<void> {
  if (!popup.isClosed()) await popup.waitForEvent('close')
}
