import { Browser, type Tab } from './browser.js'
import { chill, draw, jump, type Strike } from './faults.js'
import { Judge } from './judge.js'
import { Server } from './server.js'
import { seeded, Time } from './time.js'
import type { Load } from './vault.js'

/** The parameters of one world. */
export interface Making {
  readonly load: Load
  readonly seed: number
  readonly tabs: number
  /** Refresh cycles after which it ends. */
  readonly cycles: number
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
  readonly events: number
  readonly trace: number
  readonly violations: readonly string[]
}

const timeout = 10_000

/** One browser with some tabs, its user, and one server. */
export class World {
  private readonly making: Making
  private readonly time = new Time()
  private readonly random: () => number
  private readonly server: Server
  private readonly browser: Browser
  private readonly judge: Judge
  private readonly faults: Record<string, number> = {}
  private readonly pending = new Set<{ tab: Tab }>()
  private faulty = true
  private done = false

  constructor(making: Making) {
    const random = seeded(making.seed)
    const habits = {
      grace: random() < 0.5 ? 0 : 10_000 + random() * 110_000,
      siblings: random() < 0.5,
      life: [300, 300, 300, 60, 3600][Math.floor(random() * 5)] ?? 300,
    }
    this.making = making
    this.random = random
    this.server = new Server(this.time, random, habits)
    this.browser = new Browser(this.time, random, this.server, making.load)
    this.judge = new Judge(this.time, this.server, this.browser, (line) => this.log(line))
    this.server.fault = (tab) => this.fault(tab)
    this.browser.befall = (tab) => {
      if (this.faulty && random() < 0.0005) this.strike(random() < 0.5 ? 'crash' : 'freeze', tab)
    }
    this.log(`${making.tabs} tabs, ${JSON.stringify(habits)}`)
  }

  async run(): Promise<Fate> {
    const { time, server, judge, making } = this
    for (let count = 0; count < making.tabs; count++) this.open()
    this.signIn()
    time.after(3000, undefined, () => this.wave())
    await time.pass(() => this.done || judge.violations.length > 0)
    const unsettled = [...this.pending].filter(({ tab }) => !tab.dead)
    if (this.done && unsettled.length > 0) judge.violated('a call was never settled')
    const { presentations, repeats, lossy } = server
    const { events, trace } = time
    const { cycles, violations } = judge
    const { faults } = this
    return { cycles, presentations, repeats, lossy, faults, events, trace, violations }
  }

  private log(line: string): void {
    this.making.log?.(`${(this.time.now / 1000).toFixed(3).padStart(10)} ${line}`)
  }

  private pick(): Tab {
    const { tabs } = this.browser
    return tabs[Math.floor(this.random() * tabs.length)] as Tab
  }

  private fault(tab: Tab): ReturnType<Server['fault']> {
    const { browser, random, faults } = this
    if (!browser.online) return { unsent: true }
    if (!this.faulty || random() >= 0.05) return undefined
    const { name, fault, strike } = draw(random)
    faults[name] = (faults[name] ?? 0) + 1
    this.log(`  fault: ${name}`)
    if (strike) this.time.after(random() * 330, undefined, () => this.strike(strike, tab))
    return fault
  }

  private open(): Tab {
    const tab = this.browser.open()
    this.call(tab, 'open', 10_000, () => tab.vault.open(this.judge.undeleted))
    return tab
  }

  private strike(strike: Strike, tab: Tab): void {
    const { time, browser, random } = this
    if (tab.dead || !this.faulty) return
    this.log(`${tab.name} ${strike}`)
    if (strike === 'crash') {
      browser.kill(tab)
      // The user opens a tab again after a while; at once if it was the last one.
      if (browser.tabs.length > 0) time.after(random() * 60_000, undefined, () => this.open())
      else this.open()
    } else if (strike === 'skew') {
      browser.skew += jump(random)
      this.judge.jumped = time.now
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

  /** Call the vault as the app would; the call must settle in time. */
  private call<T>(
    tab: Tab,
    name: string,
    within: number,
    work: () => Promise<T>,
    use: (value: T) => void = () => {},
  ): void {
    const { time, judge, pending } = this
    const begin = (): void => {
      const call = { tab }
      pending.add(call)
      const ended = (outcome: string): void => {
        pending.delete(call)
        this.log(`${tab.name} ${name}: ${outcome}`)
      }
      work().then(
        (value) => {
          ended('ok')
          use(value)
        },
        (error: { code?: string; message: string }) => {
          ended(error.code ?? error.message)
          if (!error.code) judge.violated(`${name} failed with ${error.message}`)
        },
      )
      // A frozen tab runs this when it thaws, and its call is given its time again.
      const check = (since: number): void => {
        time.after(within + 500, tab, () => {
          if (!pending.has(call)) return
          if (tab.thawed > since) check(time.now)
          else judge.violated(`${name} was not settled in ${within} ms`)
        })
      }
      check(time.now)
    }
    time.after(0, tab, begin)
  }

  private token(tab: Tab): void {
    const ask = (): Promise<string> => tab.vault.getAccessToken({})
    this.call(tab, 'token', timeout, ask, (token) => {
      if (this.judge.given(token, tab)) this.refresh(tab)
    })
  }

  private refresh(tab: Tab): void {
    this.call(tab, 'refresh', timeout, () => tab.vault.refresh())
  }

  private resume(tab: Tab): void {
    this.call(tab, 'resume', 400_000, () => tab.vault.resume())
  }

  private signIn(): void {
    const tab = this.pick()
    this.call(tab, 'sign-in', 60_000, async () => {
      const url = await tab.vault.authorize({ via: 'redirect', returnTo: 'https://app.example/' })
      const state = new URL(url).searchParams.get('state')
      await tab.vault.callback(`https://app.example/callback?code=1&state=${state}`)
    })
  }

  private signOut(): void {
    const tab = this.pick()
    const { judge } = this
    const end = (): ReturnType<Tab['vault']['signOut']> => {
      judge.leave()
      return tab.vault.signOut({})
    }
    this.call(tab, 'sign-out', 20_000, end, ({ undeleted }) => (judge.undeleted = undeleted))
  }

  private offline(): void {
    const { browser, time, random } = this
    browser.online = false
    time.after(random() * 120_000, undefined, () => {
      browser.online = true
      for (const tab of browser.tabs) this.resume(tab)
    })
  }

  /** The disk is full or slow for a while. */
  private storeFails(): void {
    const { browser, time, random } = this
    browser.store = random() < 0.5 ? 'throws' : 'late'
    this.log(`the store: ${browser.store}`)
    time.after(random() * 20_000, undefined, () => (browser.store = 'works'))
  }

  /** The next period of use: some tabs need a token around the time of the next expiry. */
  private wave(): void {
    const { time, random, judge } = this
    if (judge.cycles >= this.making.cycles) return this.finish()
    const again = (ms: number): unknown => time.after(ms, undefined, () => this.wave())
    const record = judge.session()
    if (!record) {
      this.signIn()
      return void again(random() * 20_000)
    }
    const left = judge.seen(record) - random() * 80_000 + 5000
    const start = Math.max(random() * 20_000, left)
    time.after(start, undefined, () => this.act())
    again(start + 10_000 + random() * 60_000)
  }

  private act(): void {
    const { time, browser, random } = this
    const way = random()
    if (way < 0.01) this.signOut()
    else if (way < 0.02) this.signIn()
    else if (way < 0.03) this.offline()
    else if (way < 0.04) this.storeFails()
    else if (way < 0.06) this.strike('crash', this.pick())
    // All tabs need a token at once, or one tab becomes visible, or refreshes on demand. A few more
    // calls follow.
    if (way < 0.2)
      for (const tab of browser.tabs) time.after(random() * 50, tab, () => this.token(tab))
    else if (way < 0.3) this.resume(this.pick())
    else if (way < 0.35) this.refresh(this.pick())
    for (let calls = random() * 4; calls > 0; calls--) {
      const tab = this.pick()
      time.after(random() * 20_000, tab, () => this.token(tab))
    }
  }

  /** End the faults: from now on every tab must recover. */
  private finish(): void {
    const { time, browser, server, judge } = this
    this.log('the faults are over')
    browser.online = true
    browser.store = 'works'
    browser.slow = 0
    this.faulty = false
    for (const tab of browser.tabs) {
      this.thaw(tab)
      for (let ms = 0; ms < 200_000; ms += 20_000) time.after(ms, tab, () => this.token(tab))
      time.after(200_000, tab, () => {
        if (!judge.shown(tab)) return
        let works = false
        const ask = (): Promise<string> => tab.vault.getAccessToken({})
        this.call(tab, 'last token', timeout, ask, (token) => {
          works = (server.access.get(token)?.until ?? 0) > time.now
        })
        time.after(timeout, tab, () => {
          if (!works) judge.violated(`${tab.name} has no token that works`)
        })
      })
    }
    time.after(620_000, undefined, () => (this.done = true))
  }
}
