import type { Leave } from '../config.js'
import type { CallbackResult } from '../door.js'
import { AuthError } from '../errors.js'
import { ignore, type Open } from './open.js'

/** The sign-in for which the user is at the server. */
export interface Departure {
  readonly leave: Leave
  /** Give it what came of its answer. @returns whether one waits: none does in an app that was closed meanwhile */
  arrive(result: CallbackResult): boolean
}

export function createDeparture(open: Open): Departure {
  let waiting: ((result: CallbackResult) => void) | undefined

  const leave: Leave = async (ask, signal, onLeaving) => {
    const href = await ask()
    const since = Date.now()
    // A pushed request is good for one use.
    const openAgain = async (): Promise<void> =>
      open(href.includes('request_uri=') ? await ask() : href)
    // The second click of a double one wants no second page.
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
