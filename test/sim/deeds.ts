import { home, type Place, type Tab } from './browser.js'
import { End } from './end.js'
import { from } from './faults.js'
import { resourceAt } from './server.js'
import type { World } from './world.js'

/** Ways in which a page ends in the same turn as a sign-out, or soon after. */
const exits = ['reload', 'assign', 'close', 'crash'] as const

/** The actions of the user, drawn at random. */
export class Deeds {
  readonly counts: Record<string, number> = {}
  private readonly world: World
  /** How many times in a row the user had to sign in. */
  private tries = 0
  private readonly leaving = new Set<Tab>()

  constructor(world: World) {
    this.world = world
    world.browser.leave = (tab, url) => this.leave(tab, url)
  }

  private count(name: string): void {
    this.counts[name] = (this.counts[name] ?? 0) + 1
    this.world.log(name)
  }

  private pick(): Tab | undefined {
    const { tabs } = this.world.browser
    return tabs[Math.floor(this.world.random() * tabs.length)]
  }

  /** Load a page of the app. */
  open(href?: string, place?: Place): void {
    const { browser, calls, watch } = this.world
    this.count('load')
    const tab = browser.open(href, place)
    const start = (): Promise<void> => browser.start(tab)
    calls.call(tab, 'open', href ? 60_000 : 12_000, start, () => watch.loaded(tab))
    watch.later(tab, href ? 60_000 : undefined)
  }

  look(tab: Tab): void {
    const { time, browser } = this.world
    time.after(0, tab, () => browser.look(tab))
  }

  signIn(): void {
    const tab = this.pick()
    if (!tab) return
    this.count('sign-in')
    this.world.calls.call(tab, 'sign-in', 20_000, () => tab.auth.signIn())
  }

  /** The browser leaves a page for a URL after some milliseconds. Until then the page's script keeps running. */
  private leave(tab: Tab, url: string, ms = this.world.random() * 60): void {
    const { time, browser } = this.world
    if (this.leaving.has(tab)) return
    this.leaving.add(tab)
    time.after(ms, undefined, () => {
      this.leaving.delete(tab)
      if (tab.dead) return
      this.world.log(`${tab.name} leaves`)
      browser.kill(tab)
      this.arrive(tab.place, url)
    })
  }

  private arrive(place: Place, url: string): void {
    const { time, random, server } = this.world
    const { origin, searchParams } = new URL(url)
    if (`${origin}/` === home)
      return void time.after(5 + random() * 200, undefined, () => this.open(url, place))
    const state = searchParams.get('state')
    time.after(500 + random() * 20_000, undefined, () => {
      const way = this.world.faulty ? random() : 1
      const answer = way < 0.05 ? 'error=access_denied' : `code=${server.code()}`
      if (way < 0.1 && way > 0.05) this.open(undefined, place)
      else this.open(`${home}callback?${answer}&state=${state}`, place)
    })
  }

  private signOut(): void {
    const tab = this.pick()
    if (!tab) return
    const { judge, calls, random, time } = this.world
    if (random() < 0.5 || this.world.lacks('exits')) {
      this.count('sign-out')
      return calls.call(tab, 'sign-out', 20_000, () => {
        judge.leave(tab)
        return tab.auth.signOut()
      })
    }
    const way = exits[Math.floor(random() * exits.length)] ?? 'reload'
    const ms = random() < 0.5 ? 0 : random() * 30
    this.count(`sign-out, ${way}`)
    time.after(0, tab, () => {
      judge.leave(tab)
      tab.auth.signOut().catch(() => {})
      if (way === 'reload' || way === 'assign') this.leave(tab, home, ms)
      else time.after(ms, undefined, () => this.close(tab))
    })
  }

  /** Close a tab. The user opens a new tab after a while, at once if it was the last one. */
  private close(tab: Tab): void {
    const { browser, time, random } = this.world
    if (tab.dead) return
    browser.kill(tab)
    const ms = browser.tabs.length > 0 ? random() * 60_000 : 10
    time.after(ms, undefined, () => this.open())
  }

  private offline(): void {
    const { browser, time, random } = this.world
    browser.online = false
    time.after(random() * 120_000, undefined, () => {
      browser.online = true
      for (const tab of browser.tabs) time.after(0, tab, () => tab.events.tell('online'))
    })
  }

  /** The disk is full or slow for a while. */
  private storeFails(): void {
    const { browser, time, random } = this.world
    const { disk } = browser
    const { commitMs } = disk
    const way = random()
    if (way < 0.3) disk.way = 'throws'
    else if (way < 0.6) disk.way = 'late'
    // Some of these times are longer than the library waits for the store: then the tab cannot know what is stored.
    else if (this.world.lacks('disk')) return
    else disk.commitMs = from([1900, 4000, 10_000], random)
    this.count(disk.way === 'works' ? 'the store commits late' : `the store: ${disk.way}`)
    // The user may reload a slow page.
    if (random() < 0.5) time.after(random() * 3000, undefined, () => this.reload())
    time.after(random() * 20_000, undefined, () => {
      disk.way = 'works'
      disk.commitMs = commitMs
    })
  }

  token(tab: Tab, url = this.api()): void {
    this.world.calls.token(tab, url, resourceAt(url))
  }

  private api(): string {
    const [first = '', second = first] = this.world.apis()
    return this.world.random() < 0.7 ? first : second
  }

  /** The next period of use: some tabs need a token around the time of the next expiry. */
  wave(): void {
    const { time, random, judge, making, browser } = this.world
    if (judge.cycles >= making.cycles) {
      const end = new End(
        this.world,
        () => this.open(),
        (tab, url) => this.token(tab, url),
      )
      return end.begin()
    }
    const again = (ms: number): unknown => time.after(ms, undefined, () => this.wave())
    const record = judge.session()
    if (!record) {
      this.signIn()
      // All tabs are frozen: the device sleeps, and the user cannot sign in.
      if (browser.tabs.every(({ frozen }) => frozen)) this.tries = 0
      if (++this.tries > 30) judge.violated('the user cannot sign in')
      return void again(5000 + random() * 20_000)
    }
    this.tries = 0
    const left = judge.seen(record) - random() * 80_000 + 5000
    const start = Math.max(random() * 20_000, left)
    time.after(start, undefined, () => this.act())
    again(start + 10_000 + random() * 60_000)
  }

  private act(): void {
    const { time, browser, random, making } = this.world
    const way = random()
    const struck = this.pick()
    if (way < 0.02) this.signOut()
    else if (way < 0.03) this.signIn()
    else if (way < 0.04) this.offline()
    else if (way < 0.05) this.storeFails()
    else if (struck && random() < 0.02 * (making.strikes ?? 1))
      this.world.strike(random() < 0.5 ? 'crash' : 'busy', struck)
    this.use(way)
    for (let calls = random() * 4; calls > 0; calls--) {
      const tab = this.pick()
      if (!tab) return
      if (random() < 0.2) this.world.calls.fetch(tab, this.api())
      else time.after(random() * 20_000, tab, () => this.token(tab))
    }
    if (random() < 0.01) this.reload()
    if (browser.tabs.length === 0) this.open()
  }

  /** All tabs need a token at once, or one tab becomes visible, or refreshes on demand. */
  private use(way: number): void {
    const { time, browser, random, calls } = this.world
    const tab = this.pick()
    if (!tab) return
    if (way < 0.2)
      for (const one of browser.tabs) time.after(random() * 50, one, () => this.token(one))
    else if (way < 0.3) this.look(tab)
    else if (way < 0.35) calls.refresh(tab)
  }

  private reload(): void {
    const tab = this.pick()
    if (tab) this.leave(tab, home)
  }
}
