import { Locks, type LockWay } from '../sim/locks.js'
import type { Time } from '../sim/time.js'

// Node 20 has no `navigator`: a test that needs it sets it, and restores the old state afterwards.

const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator')

export const setNavigator = (value: object): void =>
  void Object.defineProperty(globalThis, 'navigator', { value, configurable: true })

export function restoreNavigator(): void {
  if (before) Object.defineProperty(globalThis, 'navigator', before)
  else Reflect.deleteProperty(globalThis, 'navigator')
}

export interface WebLocks {
  request(name: string, work: () => unknown): Promise<unknown>
  /** The locks that are held, and those that are waited for, as text. */
  names(): string
}

/** From now on `navigator` has the Web Locks of the simulation. */
export function setLocks(way: LockWay = 'works'): WebLocks {
  const soon = { after: (_: number, __: unknown, run: () => void) => queueMicrotask(run) }
  const locks = new Locks(soon as unknown as Time, () => 1)
  locks.way = way
  const tab = { dead: false, frozen: undefined, name: 'this' }
  type Options = { mode?: string; signal?: AbortSignal }
  const request = (name: string, ...given: unknown[]): Promise<unknown> => {
    const work = given.pop() as () => unknown
    const { mode, signal } = (given[0] ?? {}) as Options
    return locks.request(tab, name, work, mode === 'shared', signal)
  }
  setNavigator({ locks: { request } })
  return { request, names: () => locks.names() }
}
