import { AuthError } from '../errors.js'

/**
 * Leave for a URL. Stays pending while the page goes; rejects `aborted` if it comes back to life
 * (bfcache), or when the signal says so.
 */
export function redirect(url: string, signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = (): void => reject(new AuthError('aborted'))
    // While the page goes there is no other `pageshow` than that of coming back.
    addEventListener('pageshow', (event) => event.persisted && giveUp())
    signal?.addEventListener('abort', giveUp)
    location.assign(url)
  })
}
