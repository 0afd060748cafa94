import type { MakeVault } from '../../src/page/start.js'
import type { Vault } from '../../src/door.js'
import { fromData, isAuthError, toData } from '../../src/errors.js'
import { createVault } from '../../src/vault/vault.js'

/** One call through the door, for the test to check. */
export interface Passage {
  readonly verb: string
  readonly arguments: unknown[]
  readonly result?: unknown
}

declare global {
  interface Window {
    passages: Passage[]
  }
}

/** The value as a worker would receive it: a structured clone, with streams transferred. */
function cross<T>(value: T): T {
  // Requests and responses cross by reference.
  if (value instanceof Request || value instanceof Response) return value
  const transfer: Transferable[] = []
  const visit = (part: unknown): void => {
    if (part instanceof ReadableStream) transfer.push(part)
    else if (typeof part === 'object' && part)
      for (const member of Object.values(part)) visit(member)
  }
  visit(value)
  return structuredClone(value, { transfer })
}

/** The vault of the page behind a door that clones every argument, result and fact. */
export const honest: MakeVault = (config, tabStore, emit) => {
  window.passages = []
  const vault = createVault(config, tabStore, (event) => {
    const crossed = cross(event)
    window.passages.push({ verb: 'event', arguments: [crossed] })
    emit(crossed)
  })
  const doors = Object.entries(vault).map(([verb, call]) => [
    verb,
    async (...given: unknown[]) => {
      const crossed = given.map(cross)
      try {
        const result = cross(await (call as (...all: unknown[]) => Promise<unknown>)(...crossed))
        window.passages.push({ verb, arguments: crossed, result })
        return result
      } catch (error) {
        window.passages.push({ verb, arguments: crossed })
        // An AuthError crosses as plain data and is rebuilt on the other side.
        throw isAuthError(error) ? fromData(cross(toData(error))) : cross(error)
      }
    },
  ])
  return Object.fromEntries(doors) as Vault
}
