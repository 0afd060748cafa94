import { expect, type BrowserContext, type Page } from '@playwright/test'
import { hold, stretch, type Holding } from '../app/held-timers.js'
import type { Tab } from './tab.js'

// Tests measure how long a page waits by the page's own timers, so that they pass on a slow machine, too.

/** From now on no timer of this page fires by itself, so a promise that settles has waited for no timer. */
export const holdTimers = ({ page }: Tab, { clocks = false }: Holding = {}): Promise<void> =>
  page.evaluate(hold as (how: Holding) => void, { clocks })

/** The same in every page that this tab opens from now on, before its own scripts run. */
export async function holdTimersFromLoad({ page }: Tab): Promise<void> {
  await page.addInitScript(hold as (how: Holding) => void, {})
}

/** Let this many milliseconds pass in a page whose timers are held. */
export const passTime = ({ page }: Tab, ms: number): Promise<void> =>
  page.evaluate((given) => window.timers.pass(given), ms)

/** Wait until such a page waits for this many milliseconds, in one part or in four, and let them pass. */
export async function outwait(tab: Tab, ms: number): Promise<void> {
  const due = (): Promise<number[]> => tab.page.evaluate(() => window.timers.due())
  await expect.poll(async () => (await due()).some((at) => at === ms || at === ms / 4)).toBe(true)
  await passTime(tab, ms)
}

/** From now on new pages and frames give a store and a hidden frame two minutes, instead of 2 s and 5 s. */
export async function waitLonger({ page }: { page: Page | BrowserContext }): Promise<void> {
  await page.addInitScript(stretch as () => void)
}

/** Whether a promise is still pending after the page has answered all earlier requests of the test. */
export async function isPending({ page }: Tab, work: Promise<unknown>): Promise<boolean> {
  let pending = true
  const over = (): void => void (pending = false)
  work.then(over, over)
  await page.evaluate(() => {})
  return pending
}
