import { AuthError } from '../errors.js'
import { isSecure, parseUrl } from '../lib/url.js'
import type { NativeAuthOptions } from './options.js'

export const ignore = (): undefined => undefined

/** Opens a URL of the server in the user's browser. @throws AuthError `unsupported` */
export type Open = (url: string) => Promise<void>

export const createOpen =
  (openUrl: NativeAuthOptions['openUrl']): Open =>
  async (url) => {
    // The URL may come from stored metadata that an attacker has changed, and some URLs make a system run programs.
    if (!isSecure(parseUrl(url)))
      throw new AuthError('unsupported', 'The server needs an https URL.')
    try {
      await openUrl(url)
    } catch {
      // The error of `openUrl` may contain the URL.
      throw new AuthError('unsupported', '`openUrl` failed.')
    }
  }
