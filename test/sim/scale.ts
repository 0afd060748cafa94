import { Browser, type Tab } from './browser.js'
import { Server } from './server.js'
import { seeded, Time, type Random } from './time.js'
import { bundle, compile, type Load } from './vault.js'

/** How users use the app. Every client has one page open. */
export interface Use {
  readonly name: string
  /** Seconds from one call of the API to the next while the page is visible, on average. */
  readonly between: number
  /** Seconds that the page is visible (`looks`), and then hidden (`away`), on average. */
  readonly looks: number
  readonly away: number
  /** Multiplies the number of clients: if each client sends fewer requests, it takes more clients to send as many. */
  readonly times: number
}

export const uses: readonly Use[] = [
  {
    name: 'visible for 20 min, then hidden for 60 min',
    between: 30,
    looks: 1200,
    away: 3600,
    times: 2,
  },
  {
    name: 'visible for 15 min, then hidden for 15 min',
    between: 30,
    looks: 900,
    away: 900,
    times: 1,
  },
  { name: 'always visible, a call every 10 s', between: 10, looks: Infinity, away: 0, times: 1 },
]

/** Requests a second to the token endpoint, for a million open clients. */
export interface Rates {
  readonly steady: number
  /** While the server answers 503. */
  readonly during: number
  /** The mean of the first two minutes after that, and the worst ten seconds of the ten minutes. */
  readonly after: number
  readonly peak: number
}

const life = 300
const warm = 1200
const outage = 600
const bucket = 10

/** The load before, during and after an outage, from the requests in each ten seconds. */
function loads(buckets: readonly number[], times: number): Rates {
  const rate = (from: number, to: number): number[] =>
    buckets.slice(from / bucket, to / bucket).map((count) => (count * times) / bucket)
  const mean = (rates: number[]): number =>
    rates.reduce((sum, rate) => sum + rate, 0) / rates.length
  return {
    steady: mean(rate(warm - 600, warm)),
    during: mean(rate(warm, warm + outage)),
    after: mean(rate(warm + outage, warm + outage + 120)),
    peak: Math.max(...rate(warm + outage, warm + outage + 600)),
  }
}

const exponential = (random: Random, mean: number): number =>
  mean === Infinity ? Infinity : -Math.log(1 - random()) * mean * 1000

/** The load of clients with the library's own vault, which refresh when they need a token. */
export async function lazily(load: Load, use: Use, clients: number, times: number): Promise<Rates> {
  const [time, random] = [new Time(), seeded(clients)]
  const server = new Server(time, random, { grace: 60_000, siblings: false, life })
  const buckets = Array.from({ length: (warm + outage + 600) / bucket }, () => 0)
  const isOut = (): boolean => time.now >= warm * 1000 && time.now < (warm + outage) * 1000
  const down = { instead: { status: 503, type: 'text/html', body: 'down' } }
  server.fault = () => (isOut() ? down : undefined)
  server.arrived = () => {
    const index = Math.floor(time.now / 1000 / bucket)
    if (index < buckets.length) buckets[index] = (buckets[index] ?? 0) + 1
  }
  for (let client = 0; client < clients; client++) {
    const browser = new Browser(time, random, server, load)
    const tab = browser.open()
    // Clients start at random times within one lifetime of a token, some with a hidden page.
    const start = random() * life * 1000
    const looking = use.away === 0 || random() < use.looks / (use.looks + use.away)
    time.after(start, tab, () => void begin(tab, server, time, use, random, looking))
  }
  await time.pass(() => time.now > (warm + outage + 600) * 1000)
  return loads(buckets, times)
}

async function begin(
  tab: Tab,
  server: Server,
  time: Time,
  { between, looks, away }: Use,
  random: Random,
  looking: boolean,
): Promise<void> {
  await tab.auth.start()
  const url = await tab.vault.authorize({ via: 'redirect', returnTo: 'https://app.example/' })
  const state = new URL(url).searchParams.get('state')
  await tab.vault.callback(`https://app.example/callback?code=${server.code()}&state=${state}`)
  const look = (until: number): void => {
    tab.vault.getAccessToken({}).then(
      // Calls with a fresh token send nothing to the token endpoint, so leave them out.
      (token) =>
        goOn(until, Math.max(0, (server.access.get(token)?.until ?? 0) - time.now - 61_000)),
      () => goOn(until, 0),
    )
  }
  const goOn = (until: number, fresh: number): void => {
    const next = fresh + exponential(random, between)
    if (time.now + next < until) time.after(next, tab, () => look(until))
    else time.after(Math.max(0, until - time.now), tab, rest)
  }
  const rest = (): void => {
    time.after(exponential(random, away), tab, () => {
      tab.events.tell('visibilitychange')
      look(time.now + exponential(random, looks))
    })
  }
  if (looking) look(time.now + exponential(random, looks))
  else rest()
}

/**
 * The load of clients that refresh by a timer 60 s before each expiry, even while the page is hidden.
 * After a failure they try again in 5 s.
 */
export function byTimer(clients: number, times: number): Rates {
  const random = seeded(clients)
  const buckets = Array.from({ length: (warm + outage + 600) / bucket }, () => 0)
  for (let client = 0; client < clients; client++) {
    let at = random() * (life - 60)
    while (at < buckets.length * bucket) {
      const index = Math.floor(at / bucket)
      buckets[index] = (buckets[index] ?? 0) + 1
      at += at >= warm && at < warm + outage ? 5 : life - 60
    }
  }
  return loads(buckets, times)
}

const million = 1_000_000

/** All figures for a million clients, extrapolated from this number of simulated clients. */
export async function figures(clients: number): Promise<Map<string, Rates>> {
  const load = compile(await bundle())
  const rows = new Map<string, Rates>()
  for (const use of uses) {
    const count = clients * use.times
    rows.set(use.name, await lazily(load, use, count, million / count))
  }
  return rows.set('a timer, 60 s before expiry', byTimer(clients, million / clients))
}

/** The figures as the table of docs/scale.md. */
export function table(rows: Map<string, Rates>): string {
  const shown = (rate: number): string => (Math.round(rate / 10) * 10).toLocaleString('en')
  const lines = [...rows].map(([name, { steady, during, after, peak }]) => {
    const cells = [steady, during, after, peak].map(shown)
    return `| ${[name, ...cells, (peak / steady).toFixed(1)].join(' | ')} |`
  })
  const head =
    '| clients | steady | in the outage | 2 min after | worst 10 s after | worst ÷ steady |'
  return [head, '| --- | --- | --- | --- | --- | --- |', ...lines].join('\n')
}
