import type { Tab } from './browser.js'
import { apis } from './server.js'
import type { World } from './world.js'

const timeout = 10_000

/** The last part of a world: there are no more faults, so every tab must recover. */
export class End {
  private readonly world: World
  private readonly open: () => void
  private readonly token: (tab: Tab, url: string) => void

  constructor(world: World, open: () => void, token: (tab: Tab, url: string) => void) {
    this.world = world
    this.open = open
    this.token = token
  }

  begin(): void {
    const { world } = this
    const { time, browser } = world
    world.log('the faults are over')
    browser.online = true
    browser.disk.way = 'works'
    // On a slow disk, many tabs that write one after the other would be late.
    if (browser.tabs.length > 3) browser.disk.commitMs = 50
    world.faulty = false
    for (const tab of browser.tabs) {
      world.thaw(tab)
      time.after(0, tab, () => browser.look(tab))
      time.after(10, tab, () => tab.events.tell('online'))
      for (let ms = 0; ms < 200_000; ms += 20_000)
        time.after(ms, tab, () => this.token(tab, apis[0]))
    }
    // Without a channel, a tab learns of a change when it becomes visible.
    if (!browser.hasChannel)
      time.after(190_000, undefined, () => {
        for (const tab of browser.tabs) browser.look(tab)
      })
    time.after(200_000, undefined, () => {
      for (const tab of browser.tabs) this.last(tab)
    })
    time.after(240_000, undefined, () => this.barred())
    time.after(300_000, undefined, () => this.refused())
  }

  private last(tab: Tab): void {
    if (!this.world.watch.last(tab)) return
    for (const [index, url] of this.world.apis().entries()) this.needs(tab, url, index)
  }

  /** A tab must get a token that works. It may ask again if the store was slow, or many tabs used it. */
  private needs(tab: Tab, url: string, index: number, asked = 1): void {
    const { time, judge, server, calls } = this.world
    const since = time.now - 5000
    const first = judge.session()
    const isHeldBack = !!first && judge.holdsBack(first)
    let works = false
    const ask = (): Promise<string> => tab.auth.getAccessToken({ url })
    calls.call(tab, 'last token', timeout, ask, (token) => {
      works = (server.access.get(token)?.until ?? 0) > time.now
    })
    time.after(timeout + 3000 + index, tab, () => {
      const record = judge.session()
      // The grant may have ended without the session's knowledge: the request for another API's token found out.
      if (works || !record?.refreshToken || judge.grantOf(record)?.dead) return
      if (judge.holdsBack(record)) return
      if (asked < 3 && (isHeldBack || this.isSlow() || !judge.storeWorkedSince(since)))
        this.needs(tab, url, index, asked + 1)
      // After a change of the clock, a new page may take an old token for valid until an API refuses it: see `barred`.
      else if (!judge.isUnclear()) judge.violated(`${tab.name} has no token that works`)
    })
  }

  /** Every API refuses all tokens so far: each call must get a new token. */
  private barred(): void {
    const { judge, browser, server } = this.world
    const [tab] = browser.tabs
    const record = judge.session()
    if (!tab || !record?.refreshToken || judge.grantOf(record)?.dead) return
    if (judge.holdsBack(record)) return
    // Without a channel a tab does not know of these tokens: it may try another tab's token, which is refused as well.
    if (!browser.hasChannel) return
    server.bar()
    for (const url of this.world.apis()) this.answered(tab, url)
  }

  /**
   * Whether two refreshes, one after the other, may last longer than a call waits. Each refresh waits for
   * the store twice, and for a lock that may never be granted.
   */
  private isSlow(): boolean {
    const { locks, disk } = this.world.browser
    return locks.way === 'never' || disk.commitMs > 1000
  }

  /** A call must succeed. If all is slow, it may fail once, and succeed after the refresh that it did not wait for. */
  private answered(tab: Tab, url: string, isAgain = false): void {
    const { calls, judge, time } = this.world
    calls.fetch(tab, url, (status) => {
      if (status === 200) return
      if (this.isSlow() && !isAgain) time.after(timeout, tab, () => this.answered(tab, url, true))
      else judge.violated(`${url} is answered by ${status}, and stays so`)
    })
  }

  /** The server ends the grant. Every tab must show that after it has asked for a token. */
  private refused(): void {
    const { world } = this
    const { judge, browser, calls, time } = world
    const record = judge.session()
    const grant = judge.grantOf(record)
    if (grant) {
      grant.dead ??= 'ended by the server'
      grant.lossy = true
    }
    const showed = browser.tabs.filter(({ shows }) => shows.status === 'signed-in')
    for (const tab of browser.tabs)
      for (const ms of [0, 80_000, 4_000_000]) time.after(ms, tab, () => calls.refresh(tab))
    time.after(4_200_000, undefined, () => {
      for (const { shows, name } of showed)
        if (shows.status !== 'signed-out' || shows.error?.code !== 'session_ended')
          judge.violated(`${name} does not tell that its grant is dead`)
      this.open()
    })
    time.after(4_700_000, undefined, () => (world.done = true))
  }
}
