import { AuthError, toData, type ErrorData } from '../errors.js'

/** What there is to say while the device has no network at all. */
export function offline(): ErrorData | undefined {
  const { onLine } = globalThis.navigator ?? {}
  return onLine === false ? toData(new AuthError('network', 'Offline.')) : undefined
}
