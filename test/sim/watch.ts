import { activeOf, type Active } from '../../src/vault/record.js'
import type { Browser, Tab } from './browser.js'
import type { Judge } from './judge.js'
import type { Time } from './time.js'

/** Milliseconds in which a tab must show what is stored, if nothing fails. */
const soon = 15_000

/** Watches what every tab shows. */
export class Watch {
  private readonly judge: Judge
  private readonly time: Time
  private readonly browser: Browser

  constructor(judge: Judge) {
    this.judge = judge
    this.time = judge.time
    this.browser = judge.browser
    this.browser.shown = (tab) => this.shown(tab)
  }

  /** A tab shows another state. */
  private shown(tab: Tab): void {
    const { left } = this.judge
    const end = left.get(tab.id ?? '') ?? Infinity
    if (tab.shows.status === 'signed-in' && tab.born > end)
      this.judge.violated(`${tab.name} shows a session that the user had ended before its load`)
    this.later(tab)
  }

  /** Check that a tab shows what is stored, after it has had time for that. */
  later(tab: Tab, ms = soon + 1000): void {
    this.time.after(ms, tab, () => {
      const wrong = this.wrongAt(tab)
      if (!wrong || tab.dead) return
      const { what, since } = wrong
      const left = since + soon - this.time.now
      if (left > 0) this.later(tab, left + 1000)
      else this.judge.violated(`${tab.name}: ${what}`)
    })
  }

  /** What a tab shows wrongly, and since when it could have shown the right thing. */
  private wrongAt(tab: Tab): { what: string; since: number } | undefined {
    const { judge, browser } = this
    const record = judge.session()
    const what = this.wrong(tab, record)
    if (!what) return undefined
    const { disk, hasChannel, online } = browser
    // A page that gets no message reads the store again when it becomes visible.
    const isTold = hasChannel && !judge.writer?.dead
    if (!isTold && tab.resumed < judge.changed) return undefined
    // The page where the user signed out died before it wrote anything.
    if (!hasChannel && activeOf(browser.record())?.id === tab.id) return undefined
    if (disk.isBroken && tab.resumed <= disk.trouble) return undefined
    if (!online || judge.writer?.frozen) return { what, since: this.time.now }
    const told = judge.writer?.thawed ?? 0
    // When the user ended the stored session, if that is not written yet.
    const left = judge.left.get(activeOf(browser.record())?.id ?? '') ?? 0
    const since = Math.max(judge.changed, left, disk.trouble, tab.since, tab.thawed, told)
    return { what, since }
  }

  private wrong({ shows, id }: Tab, record: Active | undefined): string | undefined {
    const { judge } = this
    if (shows.status === 'loading') return 'a page still loads'
    if (record && judge.isGood(record)) {
      if (shows.status === 'signed-out') return 'a session that lives is shown as ended'
      return id === record.id ? undefined : 'another session is shown than the one that lives'
    }
    const stored = activeOf(this.browser.record())
    const isOver = !stored || judge.left.has(stored.id)
    return shows.status === 'signed-in' && isOver
      ? 'a session that ended is still shown'
      : undefined
  }

  /** A page was loaded. If the store worked, it must not hold a session that the user had ended before. */
  loaded(tab: Tab): void {
    const { judge } = this
    judge.loaded(tab)
    const stored = activeOf(this.browser.record())
    const end = judge.left.get(stored?.id ?? '')
    if (end !== undefined && end < tab.born && judge.storeWorkedSince(end - 5000))
      judge.violated('a load left a session stored that the user had ended')
  }

  /** At the end every tab must show what is stored. @returns whether the tab must get a token */
  last(tab: Tab): boolean {
    const { judge } = this
    const record = judge.session()
    const is = record ? 'signed-in' : 'signed-out'
    const { status } = tab.shows
    if (status !== is) judge.violated(`${tab.name} shows ${status}, and is ${is}`)
    return !!record && !judge.grantOf(record)?.dead
  }
}
