import type { Leave } from '../config.js'
import type { CallbackResult } from '../door.js'
import { AuthError } from '../errors.js'
import { ignore, type Open } from './open.js'

/** Opens the server's page for a sign-in, which then waits for its answer. */
export interface Departure {
  readonly leave: Leave
  /** Give the result to the sign-in that waits. @returns whether one waited: none does if the app was closed since */
  arrive(result: CallbackResult): boolean
}

export function createDeparture(open: Open): Departure {
  let waiting: ((result: CallbackResult) => void) | undefined

  const leave: Leave = async (ask, signal, onLeaving) => {
    const href = await ask()
    const since = Date.now()
    // A pushed request can be used once, so make a new one.
    const openAgain = async (): Promise<void> =>
      open(href.includes('request_uri=') ? await ask() : href)
    // A double click must not open the page twice.
    onLeaving(() => void (Date.now() - since > 3000 && openAgain().catch(ignore)))
    return new Promise((resolve, reject) => {
      const end = (error: AuthError): void => {
        if (waiting === resolve) waiting = undefined
        reject(error)
      }
      const abort = (): void => end(new AuthError('aborted'))
      waiting = resolve
      if (signal?.aborted) return abort()
      signal?.addEventListener('abort', abort)
      open(href).catch(end)
    })
  }

  return {
    leave,
    arrive(result) {
      const hasWaited = !!waiting
      waiting?.(result)
      waiting = undefined
      return hasWaited
    },
  }
}
