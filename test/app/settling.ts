import type { Frames } from './frames.js'
import { hold } from './held-timers.js'
import { locks, network, storage, type Fault } from './faults.js'

type Tab = Window & typeof globalThis

/** The outcome of one call. */
export interface Settled {
  /** The faults, and when they begin. */
  readonly where: string
  readonly call: string
  /** By the timers of its tab. */
  readonly seconds: number
  readonly outcome: string
}

const outcomeOf = (caught: unknown): string => {
  const { code, name, message } = caught as { code?: string; name: string; message: string }
  return name === 'AuthError' ? String(code) : `${name}: ${message}`
}

/** Call every public method that returns a promise, all at once; `signOut` follows at the end. */
async function callAll(tab: Tab, api: string, where: string): Promise<Settled[]> {
  const { auth, timers } = tab
  const timed = async (call: string, work: () => Promise<unknown>): Promise<Settled> => {
    const began = timers.now()
    const late = new Promise<string>((resolve) =>
      tab.setTimeout(() => resolve('It hangs.'), 40_000),
    )
    const outcome = await Promise.race([work().then(() => 'done', outcomeOf), late])
    return { where, call, seconds: (timers.now() - began) / 1000, outcome }
  }
  const first = await Promise.all([
    timed('start', () => auth.start()),
    timed('fetch', () => auth.fetch(api)),
    timed('getAccessToken', () => auth.getAccessToken()),
    timed('refresh', () => auth.refresh()),
    timed('userInfo', () => auth.userInfo()),
    timed('signInUrl', () => auth.signInUrl()),
  ])
  return [...first, await timed('signOut', () => auth.signOut({ local: true }))]
}

type Faults = [string, Fault[]]

const single: Faults[] = [network, storage, locks].flatMap((kind) =>
  Object.entries(kind).map(([name, fault]): Faults => [name, [fault]]),
)

const crossed = (one: Record<string, Fault>, other: Record<string, Fault>): Faults[] =>
  Object.entries(one).flatMap(([a, first]) =>
    Object.entries(other).map(([b, second]): Faults => [`${a}, ${b}`, [first, second]]),
  )

const faults = {
  single,
  pair: [...crossed(network, storage), ...crossed(network, locks), ...crossed(storage, locks)],
}

// Longer than an access token lives.
const hour = 3_600_000

type Since = 'before the start' | 'in mid-session'

/** A tab that is about to call everything, under these faults. */
interface Sufferer {
  readonly tab: Tab
  readonly where: string
}

async function prepare(
  { open, signIn, expire }: Frames,
  [name, all]: Faults,
  since: Since,
): Promise<Sufferer> {
  const where = `${name}, ${since}`
  // Each combination has its own session.
  const own = { clientId: where }
  await signIn(own)
  await expire(own)
  const tab = await open('/', own)
  const isMidSession = since === 'in mid-session'
  // A page in mid-session has loaded its chunks; here they must not take their time from the calls.
  if (isMidSession) await tab.auth.userInfo()
  if (isMidSession) await tab.auth.signInUrl()
  hold({ realm: tab, clocks: true })
  if (isMidSession) await tab.timers.pass(hour)
  for (const fault of all) fault(tab)
  return { tab, where }
}

/**
 * A tab with an access token that has expired for each fault, or each two of them, all at the same
 * time. Their timers go on a fifth of a second whenever network and storage have had their turn: so a
 * slow machine is no fault.
 */
export async function settle(
  frames: Frames,
  which: keyof typeof faults,
  api: string,
): Promise<Settled[]> {
  const moments: Since[] =
    which === 'single' ? ['before the start', 'in mid-session'] : ['in mid-session']
  const all: Sufferer[] = []
  // One after the other: dozens of sign-ins at once may wait for the disk longer than a tab waits, and
  // such a sign-in lives in memory.
  for (const since of moments)
    for (const one of faults[which]) all.push(await prepare(frames, one, since))
  const settled = Promise.all(all.map(({ tab, where }) => callAll(tab, api, where)))
  const over = settled.then(() => true)
  while (!(await Promise.race([over, frames.turn(api).then(() => false)])))
    await Promise.all(all.map(({ tab }) => tab.timers.pass(200)))
  return (await settled).flat()
}
