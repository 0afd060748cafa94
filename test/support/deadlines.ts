import { expect, type Tab } from './fixture.js'

declare global {
  interface Window {
    /** The time limits that the page has given its requests, in milliseconds. */
    deadlines: number[]
    /** Each of these requests has run out of time. */
    passDeadlines: () => void
  }
}

/** From the next page on, no request of this tab runs out of time until `passDeadlines` is called. */
export async function holdDeadlines({ page }: Tab): Promise<void> {
  await page.addInitScript(() => {
    const pending: AbortController[] = []
    window.deadlines = []
    window.passDeadlines = () => {
      for (const control of pending.splice(0)) control.abort(new DOMException('', 'TimeoutError'))
    }
    AbortSignal.timeout = (ms) => {
      window.deadlines.push(ms)
      const control = new AbortController()
      pending.push(control)
      return control.signal
    }
  })
}

/** Let the tab's requests run out of time, one after the other, until the work is done. */
export async function passDeadlines<T>({ page }: Tab, work: Promise<T>): Promise<T> {
  let isDone = false
  const done = work.finally(() => (isDone = true))
  await expect
    .poll(async () => {
      await page.evaluate(() => window.passDeadlines())
      return isDone
    })
    .toBe(true)
  return done
}
