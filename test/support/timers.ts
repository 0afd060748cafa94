import { expect, type BrowserContext, type Page } from '@playwright/test'
import { hold, stretch, type Holding } from '../app/held-timers.js'
import type { Tab } from './tab.js'

// How long a page waits is told by its own timers, so that it holds on a slow machine, too.

/** From now on no timer of this page fires by itself: what settles has waited for none. */
export const holdTimers = ({ page }: Tab, { clocks = false }: Holding = {}): Promise<void> =>
  page.evaluate(hold as (how: Holding) => void, { clocks })

/** The same in every page that this tab opens from now on, before its own scripts run. */
export async function holdTimersFromLoad({ page }: Tab): Promise<void> {
  await page.addInitScript(hold as (how: Holding) => void, {})
}

/** Let so many milliseconds go by in a page whose timers are held. */
export const passTime = ({ page }: Tab, ms: number): Promise<void> =>
  page.evaluate((given) => window.timers.pass(given), ms)

/** Wait until such a page is about to wait for so many milliseconds, in four parts or at once, and let them go by. */
export async function outwait(tab: Tab, ms: number): Promise<void> {
  const due = (): Promise<number[]> => tab.page.evaluate(() => window.timers.due())
  await expect.poll(async () => (await due()).some((at) => at === ms || at === ms / 4)).toBe(true)
  await passTime(tab, ms)
}

/** In every page and frame that is opened from now on two minutes are what a store (2 s) and a hidden frame (5 s) have. */
export async function waitLonger({ page }: { page: Page | BrowserContext }): Promise<void> {
  await page.addInitScript(stretch as () => void)
}

/** Whether a promise is still pending once the page has said all that it has to say. */
export async function isPending({ page }: Tab, work: Promise<unknown>): Promise<boolean> {
  let pending = true
  const over = (): void => void (pending = false)
  work.then(over, over)
  await page.evaluate(() => {})
  return pending
}
