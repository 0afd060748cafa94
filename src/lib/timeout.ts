import { AuthError } from '../errors.js'

/** @param ms milliseconds */
export const sleep = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms))

/**
 * Reject with `timeout` when `work` takes too long for its caller. The work itself goes on, unless
 * `giveUp` ends it.
 *
 * Only time in which this page could run counts. After a long task, an alert or a sleep, the browser fires a
 * timer before it delivers the replies that came meanwhile. So the time is split into four timers: a pause of
 * the page uses up one of them, however long it was.
 *
 * @param ms milliseconds
 */
export function withTimeout<T>(ms: number, work: Promise<T>, giveUp?: () => void): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const wait = (parts: number): void => {
      timer = setTimeout(() => {
        if (parts > 1) return wait(parts - 1)
        giveUp?.()
        reject(new AuthError('timeout'))
      }, ms / 4)
    }
    wait(4)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
