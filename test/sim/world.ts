import { living, type SessionRecord } from '../../src/vault/record.js'
import { Browser, type Tab } from './browser.js'
import { chill, draw, jump, type Strike } from './faults.js'
import { Server } from './server.js'
import { seeded, Time } from './time.js'
import type { Load } from './vault.js'

/** How one world is made. */
export interface Making {
  readonly load: Load
  readonly seed: number
  readonly tabs: number
  /** Refresh cycles to live through. */
  readonly cycles: number
  /** Hears every step, where somebody reads along. */
  readonly log?: (line: string) => void
}

/** What became of it. */
export interface Fate {
  cycles: number
  presentations: number
  repeats: number
  signIns: number
  lossy: Record<string, number>
  events: number
  trace: number
  violations: string[]
}

const timeout = 10_000

/** One browser with some tabs, its user, and one server. */
export class World {
  readonly time = new Time()
  readonly violations: string[] = []
  private readonly making: Making
  private readonly random: () => number
  private readonly server: Server
  private readonly browser: Browser
  private cycles = 0
  private faulty = true
  private jumped = -Infinity
  /** Until then the user may be the one who ends a session. */
  private leaves = -1
  private done = false
  /** How often in a row the user found nothing but an expired token. */
  private dry = 0
  private readonly pending = new Set<Tab[]>()

  constructor(making: Making) {
    this.making = making
    const random = seeded(making.seed)
    this.random = random
    const habits = {
      grace: random() < 0.5 ? 0 : 10_000 + random() * 110_000,
      siblings: random() < 0.5,
      life: [300, 300, 300, 60, 3600][Math.floor(random() * 5)] ?? 300,
    }
    this.server = new Server(this.time, random, habits)
    this.browser = new Browser(this.time, random, this.server, making.load)
    this.watch(this.server, this.browser)
    this.log(`${making.tabs} tabs, ${JSON.stringify(habits)}`)
  }

  async run(): Promise<Fate> {
    const { time, server, making } = this
    for (let count = 0; count < making.tabs; count++) this.open()
    this.signIn()
    time.after(3000, undefined, () => this.wave())
    await time.pass(() => this.done || this.violations.length > 0)
    const { presentations, repeats, grants, lossy } = server
    const unsettled = [...this.pending].filter(([tab]) => !tab?.dead)
    if (this.violations.length === 0 && unsettled.length > 0)
      this.violated('a call was never settled')
    const { events, trace } = time
    const { cycles, violations } = this
    return { cycles, presentations, repeats, signIns: grants, lossy, events, trace, violations }
  }

  private log(line: string): void {
    this.making.log?.(`${(this.time.now / 1000).toFixed(3).padStart(10)} ${line}`)
  }

  private violated(what: string): void {
    this.log(`VIOLATION: ${what}`)
    this.violations.push(what)
  }

  private pick(): Tab {
    const { tabs } = this.browser
    return tabs[Math.floor(this.random() * tabs.length)] as Tab
  }

  private watch(server: Server, browser: Browser): void {
    server.violated = (what) => this.violated(what)
    server.lives = () => this.left() > 1000
    server.inUse = (grant) => {
      const record = living(browser.record())
      return server.refresh.get(record?.refreshToken ?? '')?.grant.name === grant
    }
    // Set while the two tabs lived apart, and again since: then no clock of theirs is worth anything.
    server.isMuddled = (a, b, since) =>
      this.jumped > since - 1000 && Math.abs(a.origin - a.born - b.origin + b.born) > 40_000
    server.log = (line) => this.log(line)
    server.fault = (tab) => {
      if (!browser.online) return { unsent: true }
      if (!this.faulty || this.random() >= 0.05) return undefined
      const { name, fault, strike } = draw(this.random)
      this.log(`  fault: ${name}`)
      if (strike) this.time.after(this.random() * 330, undefined, () => this.strike(strike, tab))
      return fault
    }
    browser.befall = (tab) => {
      if (this.faulty && this.random() < 0.0005)
        this.strike(this.random() < 0.5 ? 'crash' : 'freeze', tab)
    }
    browser.written = (before, after) => this.written(before, after)
  }

  /** Milliseconds that the stored access token lives by a clock that was not touched meanwhile; else 0. */
  private left(): number {
    const token = living(this.browser.record())?.tokens['']
    if (!token || this.time.now - this.jumped < 8_000_000) return 0
    return token.expiresAt - this.browser.wall()
  }

  private written(before: SessionRecord | undefined, after: SessionRecord | undefined): void {
    if (!after || before === after)
      return void (before && !after && this.violated('a record was deleted'))
    if (!('version' in after)) return
    const { server } = this
    const [was, is] = [living(before), living(after)]
    const then = server.refresh.get(was?.refreshToken ?? '')
    const now = server.stored(is?.refreshToken)
    if (before && after.version < before.version) this.violated('a version went back')
    if (is && was && is.id === was.id && then && now && now.depth < then.depth)
      this.violated('an older refresh token was written over a newer one')
    if (is && before?.ended === 'sign-out' && before.id === is.id)
      this.violated('a session came back after its sign-out')
    if (is && is.refreshToken !== was?.refreshToken) {
      this.cycles++
      this.log(`  stored ${is.refreshToken}`)
    }
    if (!was || is) return
    this.log(`  session over: ${after.ended}`)
    if (after.ended === 'sign-out' && this.time.now > this.leaves)
      this.violated('signed out, and nobody asked for it')
    if (after.ended === 'refused' && !then?.grant.lossy)
      this.violated('a session was ended whose grant was not lost')
  }

  private open(): Tab {
    const tab = this.browser.open()
    this.call(tab, 'open', 10_000, () => tab.vault.open(undefined))
    return tab
  }

  private strike(strike: Strike, tab: Tab): void {
    const { time, browser, random } = this
    if (tab.dead || !this.faulty) return
    this.log(`${tab.name} ${strike}`)
    if (strike === 'crash') {
      browser.kill(tab)
      // The user comes back, sooner or later; at once, where it was the last tab.
      if (browser.tabs.length > 0) time.after(random() * 60_000, undefined, () => this.open())
      else this.open()
    } else if (strike === 'skew') {
      browser.skew += jump(random)
      this.jumped = time.now
    } else if (!tab.frozen) {
      time.freeze(tab)
      time.after(chill(random), undefined, () => this.thaw(tab))
    }
  }

  private thaw(tab: Tab): void {
    if (tab.dead || !tab.frozen) return
    this.log(`${tab.name} thaws`)
    tab.thawed = this.time.now
    this.time.thaw(tab)
    this.resume(tab)
  }

  /** Something the app asks of the vault; it must be settled in time. */
  private call<T>(tab: Tab, name: string, within: number, work: () => Promise<T>): void {
    this.time.after(0, tab, () => {
      const pending = [tab]
      this.pending.add(pending)
      const done = (outcome: string): void => {
        this.pending.delete(pending)
        this.log(`${tab.name} ${name}: ${outcome}`)
      }
      work().then(
        (value) => {
          done('ok')
          if (name === 'token') this.given(value as string, tab)
        },
        (error: { code?: string; message: string }) => {
          done(error.code ?? error.message)
          if (!error.code) this.violated(`${name} failed with ${error.message}`)
        },
      )
      // What waits for an answer is bounded to the moment; the rest, while the tab is awake.
      const check = (since: number): unknown =>
        this.time.after(within + 500, tab, () => {
          if (!this.pending.has(pending)) return
          if (within > timeout && tab.thawed > since) check(this.time.now)
          else this.violated(`${name} was not settled in ${within} ms`)
        })
      check(this.time.now)
    })
  }

  private given(token: string, tab: Tab): void {
    const access = this.server.access.get(token)
    if (!access) return this.violated('a token was given that nobody issued')
    const { now } = this.time
    // An answer that waited for the thaw may be old already; the first 401 tells.
    if (access.until < now && now - this.jumped > 8_000_000 && now - tab.thawed > 1000)
      return this.violated('an expired token was given')
    // As after a 401.
    if (access.until < now) this.call(tab, 'refresh', timeout, () => tab.vault.refresh())
  }

  private token(tab: Tab): void {
    this.call(tab, 'token', timeout, () => tab.vault.token({}))
  }

  private resume(tab: Tab): void {
    this.call(tab, 'resume', 400_000, () => tab.vault.resume())
  }

  private signIn(): void {
    const tab = this.pick()
    this.call(tab, 'sign-in', 60_000, async () => {
      const url = await tab.vault.begin({ way: 'r', returnTo: 'https://app.example/' })
      const state = new URL(url).searchParams.get('state')
      await tab.vault.finish(`https://app.example/callback?code=1&state=${state}`)
    })
  }

  private signOut(): void {
    const tab = this.pick()
    this.call(tab, 'sign-out', 20_000, () => {
      this.leaves = this.time.now + 20_000
      return tab.vault.end({})
    })
  }

  private offline(): void {
    const { browser, time, random } = this
    browser.online = false
    time.after(random() * 120_000, undefined, () => {
      browser.online = true
      for (const tab of browser.tabs) this.resume(tab)
    })
  }

  /** The user's next while: somewhere around the next expiry some tabs need a token. */
  private wave(): void {
    const { time, browser, random } = this
    if (this.cycles >= this.making.cycles) return this.finish()
    const record = living(browser.record())
    const again = (ms: number): unknown => time.after(ms, undefined, () => this.wave())
    if (!record) {
      this.signIn()
      return void again(random() * 20_000)
    }
    const { until = 0, grant } = this.server.access.get(record.tokens['']?.value ?? '') ?? {}
    this.dry = until < time.now && !grant?.dead ? this.dry + 1 : 0
    if (this.dry > 10) this.violated('nobody gets a token any more')
    const start = Math.max(random() * 20_000, until - time.now - random() * 80_000 + 5000)
    time.after(start, undefined, () => this.act())
    again(start + 10_000 + random() * 60_000)
  }

  private act(): void {
    const { time, browser, random } = this
    const tabs = browser.tabs
    const way = random()
    if (way < 0.01) this.signOut()
    else if (way < 0.02) this.signIn()
    else if (way < 0.03) this.offline()
    else if (way < 0.05) this.strike('crash', this.pick())
    if (way < 0.2) for (const tab of tabs) time.after(random() * 50, tab, () => this.token(tab))
    else if (way < 0.3) this.resume(this.pick())
    else if (way < 0.35) {
      const tab = this.pick()
      this.call(tab, 'refresh', timeout, () => tab.vault.refresh())
    }
    for (let calls = random() * 4; calls > 0; calls--) {
      const tab = this.pick()
      time.after(random() * 20_000, tab, () => this.token(tab))
    }
  }

  /** The faults are over: everybody must get well. */
  private finish(): void {
    const { time, browser } = this
    this.log('the faults are over')
    browser.online = true
    for (const tab of browser.tabs) this.thaw(tab)
    this.faulty = false
    for (let ms = 0; ms < 200_000; ms += 20_000)
      for (const tab of browser.tabs) time.after(ms, tab, () => this.token(tab))
    time.after(200_000, undefined, () => {
      for (const tab of browser.tabs) this.settled(tab)
    })
    time.after(620_000, undefined, () => (this.done = true))
  }

  /** Who is signed in must have a token that works; every tab must show the same. */
  private settled(tab: Tab): void {
    const record = living(this.browser.record())
    const shown = record ? 'signed-in' : 'signed-out'
    if (tab.shows !== shown) this.violated(`${tab.name} shows ${tab.shows}, and is ${shown}`)
    const { grant } = this.server.refresh.get(record?.refreshToken ?? '') ?? {}
    if (!record || grant?.dead) return
    const { server, time } = this
    let ok = false
    const ask = (): Promise<void> =>
      tab.vault.token({}).then((token) => {
        ok = (server.access.get(token)?.until ?? 0) > time.now
      })
    this.call(tab, 'last token', timeout, ask)
    time.after(timeout, undefined, () => {
      if (!ok) this.violated(`${tab.name} has no token that works`)
    })
  }
}
