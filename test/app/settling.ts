import type { Frames } from './frames.js'
import { locks, network, storage, type Fault } from './faults.js'

type Tab = Window & typeof globalThis

/** The outcome of one call. */
export interface Settled {
  /** The faults, and when they begin. */
  readonly where: string
  readonly call: string
  readonly seconds: number
  readonly outcome: string
}

const outcomeOf = (caught: unknown): string => {
  const { code, name, message } = caught as { code?: string; name: string; message: string }
  return name === 'AuthError' ? String(code) : `${name}: ${message}`
}

/** Call every public method that returns a promise, all at once; `signOut` follows at the end. */
async function callAll(tab: Tab, api: string, where: string): Promise<Settled[]> {
  const { auth } = tab
  const timed = async (call: string, work: () => Promise<unknown>): Promise<Settled> => {
    const began = performance.now()
    const late = new Promise<string>((resolve) => setTimeout(() => resolve('It hangs.'), 40_000))
    const outcome = await Promise.race([work().then(() => 'done', outcomeOf), late])
    return { where, call, seconds: (performance.now() - began) / 1000, outcome }
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

type Since = 'before the start' | 'in mid-session'

async function suffer(
  { open, signIn, expire }: Frames,
  [name, all]: Faults,
  since: Since,
  api: string,
): Promise<Settled[]> {
  const where = `${name}, ${since}`
  // Each combination has its own session.
  const own = { clientId: where }
  await signIn(own)
  await expire(own)
  const tab = await open('/', own)
  if (since === 'in mid-session') await tab.auth.start()
  for (const fault of all) fault(tab)
  return callAll(tab, api, where)
}

/** Run all faults, or all pairs of them, at once: each in its own tab with an expired access token. */
export async function settle(
  frames: Frames,
  which: keyof typeof faults,
  api: string,
): Promise<Settled[]> {
  const moments: Since[] =
    which === 'single' ? ['before the start', 'in mid-session'] : ['in mid-session']
  const all = moments.flatMap((since) =>
    faults[which].map((one) => suffer(frames, one, since, api)),
  )
  return (await Promise.all(all)).flat()
}
