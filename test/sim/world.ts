import { Browser, type Tab } from './browser.js'
import { Calls } from './calls.js'
import { Deeds } from './deeds.js'
import { chill, draw, jump, lag, oddities, task, type Strike } from './faults.js'
import { Judge } from './judge.js'
import { apis, Server } from './server.js'
import { seeded, Time } from './time.js'
import type { Load } from './vault.js'
import { Watch } from './watch.js'

/** A part of the world that can be left out, to find out what the other parts do. */
export type Piece = 'exits' | 'locks' | 'channel' | 'disk' | 'busy' | 'renewal' | 'apis'

/** The parameters of one world. */
export interface Making {
  readonly load: Load
  readonly seed: number
  readonly tabs: number
  /** Refresh cycles after which the world ends. */
  readonly cycles: number
  /** The share of requests that have a fault. */
  readonly rate?: number | undefined
  /** Multiplies how often something happens to a tab, such as a crash. */
  readonly strikes?: number | undefined
  /** The pieces of the world that are left out. */
  readonly without?: readonly Piece[] | undefined
  /** Called with every step. */
  readonly log?: ((line: string) => void) | undefined
}

/** The result of one world. */
export interface Fate {
  readonly cycles: number
  /** Presentations of refresh tokens, and how many of them were not the first of their token. */
  readonly presentations: number
  readonly repeats: number
  /** Grants that ended because of a lost answer, counted by reason. */
  readonly lossy: Readonly<Record<string, number>>
  readonly faults: Readonly<Record<string, number>>
  /** The actions of the user, counted by name. */
  readonly deeds: Readonly<Record<string, number>>
  readonly events: number
  readonly trace: number
  readonly violations: readonly string[]
}

/** One browser with some tabs, its user, and one server. */
export class World {
  readonly time = new Time()
  readonly random: () => number
  readonly server: Server
  readonly browser: Browser
  readonly judge: Judge
  readonly watch: Watch
  readonly calls: Calls
  readonly making: Making
  /** Whether faults still happen. */
  faulty = true
  done = false
  private readonly deeds: Deeds
  private readonly faults: Record<string, number> = {}

  constructor(making: Making) {
    const random = seeded(making.seed)
    const habits = {
      grace: random() < 0.5 ? 0 : 10_000 + random() * 110_000,
      siblings: random() < 0.5,
      life: [300, 300, 300, 60, 3600][Math.floor(random() * 5)] ?? 300,
      renews: random() < 0.9 || this.lacks('renewal', making),
    }
    const odd = oddities(random)
    this.making = making
    this.random = random
    this.server = new Server(this.time, random, habits)
    this.browser = new Browser(this.time, random, this.server, making.load)
    if (!this.lacks('locks')) this.browser.locks.way = odd.locks
    if (!this.lacks('channel')) this.browser.hasChannel = odd.hasChannel
    if (!this.lacks('disk')) this.browser.disk.commitMs = odd.commitMs
    this.judge = new Judge(this.time, this.server, this.browser, (line) => this.log(line))
    this.watch = new Watch(this.judge)
    this.calls = new Calls(this)
    this.deeds = new Deeds(this)
    this.server.fault = (tab) => this.fault(tab)
    this.server.log = (line) => this.log(line)
    this.browser.disk.befall = (being) => this.befall(being as Tab)
    this.log(`${making.tabs} tabs, ${JSON.stringify({ ...habits, ...odd })}`)
  }

  /** Whether a piece of the world is left out. */
  lacks(piece: Piece, { without = [] } = this.making): boolean {
    return without.includes(piece)
  }

  /** The APIs that are called. */
  apis(): readonly string[] {
    return this.lacks('apis') ? apis.slice(0, 1) : apis
  }

  async run(): Promise<Fate> {
    const { time, server, judge, making, deeds, faults } = this
    for (let count = 0; count < making.tabs; count++) deeds.open()
    deeds.signIn()
    time.after(3000, undefined, () => deeds.wave())
    await time.pass(() => this.done || judge.violations.length > 0)
    if (this.done && this.calls.unsettled() > 0) judge.violated('a call was never settled')
    const { presentations, repeats, lossy } = server
    const { events, trace } = time
    const { cycles, violations } = judge
    const { counts } = deeds
    const figures = { cycles, presentations, repeats, lossy, faults, deeds: counts }
    return { ...figures, events, trace, violations }
  }

  log(line: string): void {
    this.making.log?.(`${(this.time.now / 1000).toFixed(3).padStart(10)} ${line}`)
  }

  /** Draw whether something happens to a tab at the commit of its transaction. */
  private befall(tab: Tab): void {
    const { random, making } = this
    if (!this.faulty || random() >= 0.0005 * (making.strikes ?? 1)) return
    this.strike((['crash', 'freeze', 'busy'] as const)[Math.floor(random() * 3)] ?? 'crash', tab)
  }

  /** Draw a fault for a request of a tab, and what happens to the tab itself. */
  private fault(tab: Tab): ReturnType<Server['fault']> {
    const { browser, random, faults, making } = this
    if (!browser.online) return { unsent: true }
    if (!this.faulty || random() >= (making.rate ?? 0.05)) return undefined
    const { name, fault, strike, within } = draw(random)
    faults[name] = (faults[name] ?? 0) + 1
    this.log(`  fault: ${name}`)
    if (strike) this.time.after(random() * within, undefined, () => this.strike(strike, tab))
    return fault
  }

  /** Let something happen to a tab, or to its whole device. */
  strike(strike: Strike, tab: Tab): void {
    const { time, browser, random } = this
    if (tab.dead || !this.faulty || (strike === 'busy' && this.lacks('busy'))) return
    // A browser does not freeze a tab while other tabs wait for its transaction.
    if (strike === 'freeze' && browser.disk.isHeldBy(tab))
      return void time.after(5, undefined, () => this.strike(strike, tab))
    this.log(`${tab.name} ${strike}`)
    if (strike === 'crash') this.crash(tab)
    else if (strike === 'skew') {
      browser.skew += jump(random)
      this.judge.jump()
    } else if (strike === 'sleep') {
      const ms = chill(random)
      for (const one of browser.tabs) this.freeze(one, ms)
    } else this.freeze(tab, strike === 'busy' ? task(random) : chill(random))
  }

  private crash(tab: Tab): void {
    const { time, browser, random } = this
    browser.kill(tab)
    // The user opens a tab again after a while; at once if it was the last one.
    if (browser.tabs.length > 0) time.after(random() * 60_000, undefined, () => this.deeds.open())
    else this.deeds.open()
  }

  private freeze(tab: Tab, ms: number): void {
    if (tab.frozen) return
    this.time.freeze(tab)
    this.time.after(ms, undefined, () => this.thaw(tab))
  }

  thaw(tab: Tab): void {
    if (tab.dead || !tab.frozen) return
    this.log(`${tab.name} thaws`)
    tab.thawed = this.time.now
    this.time.thaw(tab, lag(this.random))
    this.deeds.look(tab)
  }
}
