import { AuthError } from '../errors.js'

/** @param ms milliseconds */
export const sleep = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms))

/**
 * Reject with `timeout` when `work` takes too long for its caller. The work itself goes on, unless
 * `giveUp` ends it.
 *
 * @param ms milliseconds
 */
export function withTimeout<T>(ms: number, work: Promise<T>, giveUp?: () => void): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      giveUp?.()
      reject(new AuthError('timeout'))
    }, ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
