import { AuthError } from '../errors.js'

/**
 * Leave for a URL. Stays pending while the page goes; rejects `aborted` if it comes back to life
 * (bfcache).
 */
export function redirect(url: string): Promise<never> {
  return new Promise((_, reject) => {
    // While the page goes there is no other `pageshow` than that of coming back.
    addEventListener('pageshow', (event) => event.persisted && reject(new AuthError('aborted')))
    location.assign(url)
  })
}
