import { AuthError } from '../errors.js'
import { isSecure, parseUrl } from '../lib/url.js'
import type { NativeAuthOptions } from './options.js'

export const ignore = (): undefined => undefined

/** Opens a URL of the server in the user's browser. @throws AuthError `unsupported` */
export type Open = (url: string) => Promise<void>

export const createOpen =
  (openUrl: NativeAuthOptions['openUrl']): Open =>
  async (url) => {
    // What is stored may have been changed, and a system runs programs by some URLs.
    if (!isSecure(parseUrl(url)))
      throw new AuthError('unsupported', 'The server needs an https URL.')
    try {
      await openUrl(url)
    } catch {
      // Its own error may have the URL.
      throw new AuthError('unsupported', '`openUrl` failed.')
    }
  }
