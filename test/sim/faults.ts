import type { LockWay } from './locks.js'
import type { Fault } from './server.js'
import type { Random } from './time.js'

const html = { status: 200, type: 'text/html', body: '<!doctype html><p>Please log in' }
const broken = { status: 200, body: '{"access_token":"a1","refre' }
/** One of a list. */
export const from = <T>(list: readonly T[], random: Random): T =>
  list[Math.floor(random() * list.length)] as T
const status = (random: Random) => ({
  status: from([500, 502, 503, 504], random),
  type: 'text/html',
  body: '<h1>Error',
})
const seconds = (random: Random): string | undefined =>
  from([undefined, '1', '3', '20', '120'], random)

/** What can go wrong with a request, at the server or in the network. */
const faults = {
  'drop before': () => ({ unsent: true }),
  'drop after': () => ({ after: undefined }),
  '5xx': (random: Random) => ({ instead: status(random) }),
  '5xx after': (random: Random) => ({ after: status(random) }),
  '429': (random: Random) => ({ instead: { status: 429, retryAfter: seconds(random), body: '' } }),
  '503': (random: Random) => ({
    instead: { status: 503, retryAfter: seconds(random) ?? '2', body: '' },
  }),
  late: (random: Random) => ({ late: 5000 + random() * 30_000 }),
  'too late': (random: Random) => ({ late: 40_000 + random() * 60_000 }),
  hang: (random: Random): Fault => ({ late: Infinity, unsent: random() < 0.5 }),
  garbage: (random: Random) => ({
    instead: from([html, broken, { ...html, status: 403 }], random),
  }),
  'garbage after': (random: Random) => ({ after: from([html, broken], random) }),
} satisfies Record<string, (random: Random) => Fault>

/** What can happen to a tab or to its device. */
const strikes = ['crash', 'freeze', 'busy', 'sleep', 'skew'] as const

export type Strike = (typeof strikes)[number]

/** A fault of a request, and a `strike`: what happens to its tab or device, after `within` milliseconds at most. */
interface Drawn {
  readonly name: string
  readonly fault?: Fault
  readonly strike?: Strike | undefined
  readonly within: number
}

/** Draw a fault of a request, a tab or a device; all are equally likely. */
export function draw(random: Random): Drawn {
  const name = from([...Object.keys(faults), ...strikes], random)
  const fault: Fault | undefined = faults[name as keyof typeof faults]?.(random)
  if (!fault) return { name, strike: name as Strike, within: 330 }
  // While a late answer is on its way, something may happen to the tab, too.
  const strike = fault.late && random() < 0.2 ? from(strikes, random) : undefined
  return { name, fault, strike, within: 45_000 }
}

/** Milliseconds that a tab stays frozen: at times longer than the other tabs wait for it. */
export const chill = (random: Random): number =>
  random() < 0.4 ? random() * 30_000 : random() * 240_000

/** Milliseconds by which the wall clock is set forward or back. */
export const jump = (random: Random): number =>
  from([2, 60, 600, 3600, 86_400], random) * 1000 * (random() * 2 - 1)

/** Milliseconds that a script keeps a tab busy: longer than the library waits for the store. */
export const task = (random: Random): number => 1900 + random() * (random() < 0.8 ? 4000 : 30_000)

/** Milliseconds by which replies come after timers when a tab runs again; `undefined`: all come in order. */
export const lag = (random: Random): number | undefined =>
  random() < 0.4 ? undefined : random() < 0.5 ? 0 : random() * 300

/** Parts of the browser that may be missing or work badly, by its own fault, an extension's or a policy's. */
export function oddities(random: Random): {
  locks: LockWay
  hasChannel: boolean
  commitMs: number
} {
  const odd = random() < 0.4
  return {
    locks: odd
      ? from(['absent', 'refused', 'never', 'orphaned', 'stolen', 'works'], random)
      : 'works',
    hasChannel: !odd || random() < 0.7,
    commitMs: from([1, 1, 1, 1, 50, 1900], random),
  }
}
