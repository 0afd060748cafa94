import { activeOf, type Active, type SessionRecord } from '../../src/vault/record.js'
import type { Browser, Tab } from './browser.js'
import { alone, type Grant, type Server } from './server.js'
import type { Being, Time } from './time.js'

// Milliseconds after a change of the clock in which lifetimes are not judged. A token that was under
// way at the change may have been stored with a wrong expiry, and so may the next one.
const unclear = 8_000_000

/** Milliseconds from a lease to its request, at most. */
const untilSent = 5000

/** A lease that was stored: who wrote it, and when. */
interface StoredLease {
  readonly attempt: string
  readonly tab: Being | undefined
  readonly at: number
  isSettled: boolean
}

/** Watches every request and every stored record, and reports what must never happen. */
export class Judge {
  readonly violations: string[] = []
  cycles = 0
  /** When the clock was last set. */
  jumped = -Infinity
  /** By how many milliseconds the clock was off, and since when. */
  private readonly skews = [{ at: -Infinity, skew: 0 }]
  /** The sessions that the user ended, and when. */
  readonly left = new Map<string, number>()
  /** When another session was last stored, or the session last ended. */
  changed = 0
  /** The tab that wrote this change. It tells the other tabs when it knows of its commit. */
  writer: Tab | undefined
  readonly time: Time
  readonly server: Server
  readonly browser: Browser
  private readonly log: (line: string) => void
  /** Until this time a session may end because the user signed out. */
  private leaves = -1
  private leftAt = -Infinity
  /** Whether the user signed out on a page that was still loading: then the next page ends any session. */
  private leftWhileLoading = false
  /** When the last sign-in requested its tokens. */
  private cameLast = 0
  /** The same for the last sign-in whose session was stored. */
  private storedLast = 0
  /** How many times in a row the stored token had expired when the user came back, and that token. */
  private dry = 0
  private dried: string | undefined
  /** All leases of the stored refresh token. */
  private leases: StoredLease[] = []

  constructor(time: Time, server: Server, browser: Browser, log: (line: string) => void) {
    this.time = time
    this.server = server
    this.browser = browser
    this.log = log
    server.violated = (what) => this.violated(what)
    server.commitMs = () => browser.disk.commitMs
    server.lives = () => this.life() > 1000
    // A sign-out on a page that still loads waits for the page's callback, and ends the session of that callback.
    server.isLeft = () => time.now < this.leaves && this.leftWhileLoading
    server.inUse = (grant) => this.grantOf(this.session()) === grant
    server.came = (grant) => {
      this.cameLast = Math.max(this.cameLast, grant.came?.began ?? 0)
      time.after(15_000, undefined, () => this.kept15(grant))
    }
    server.storeFailedSince = (since) => !this.storeWorkedSince(since)
    server.isMuddled = (a, b, since, at) => this.isMuddled(a, b, since, at)
    browser.disk.written = (before, after) => this.written(before, after)
    browser.reported = (error) => this.violated(`an error was reported: ${error.message}`)
  }

  violated(what: string): void {
    this.log(`VIOLATION: ${what}`)
    this.violations.push(what)
  }

  /** The session of the user, as it is stored. */
  session(): Active | undefined {
    const record = activeOf(this.browser.record())
    return record && this.left.has(record.id) ? undefined : record
  }

  /** The user signs out in a tab. */
  leave({ shows, id }: Tab): void {
    const { now } = this.time
    this.leaves = now + 20_000
    this.leftAt = now
    this.leftWhileLoading = shows.status === 'loading'
    if (shows.status === 'signed-in' && id) this.left.set(id, now)
  }

  /** A page has been loaded, and has ended the session that the user had signed out of before. */
  loaded({ born }: Tab): void {
    if (born > this.leftAt) this.leftWhileLoading = false
  }

  /** Judge a token that the library gave. @returns whether an API would answer 401 to it */
  given(token: string, resource: string): boolean {
    const access = this.server.access.get(token)
    const { now } = this.time
    if (!access) this.violated('a token was given that the server had not issued')
    else if (access.resource !== resource) this.violated('the token of another API was given')
    if (!access || access.until >= now) return false
    // An answer that waited for a frozen tab may be old already. That tab shares its token with the other tabs.
    const hasThawed = this.browser.tabs.some(({ thawed }) => now - thawed <= 10_000)
    if (!this.isUnclear() && !hasThawed) this.violated('an expired token was given')
    return true
  }

  /** The user comes back. @returns milliseconds until the token that is stored expires */
  seen(record: Active): number {
    const { now } = this.time
    const { until = 0, grant } = this.server.access.get(record.tokens['']?.value ?? '') ?? {}
    const canRenew = !grant?.dead && record.refreshToken && !this.holdsBack(record)
    // A frozen tab renews nothing. After a change of the clock, an expired token may seem to be valid.
    const isHeld = this.browser.tabs.every(({ frozen }) => frozen) || this.isUnclear()
    const isSame = this.dried === record.tokens['']?.value
    this.dried = record.tokens['']?.value
    // After some faults the library sends its next request up to four minutes later.
    const asked = this.server.refresh.get(record.refreshToken ?? '')?.asked.at(-1)?.sent ?? 0
    if (until >= now || !canRenew || !isSame || asked > now - 300_000) this.dry = 0
    else if (!isHeld) this.dry++
    if (this.dry > 10) this.violated('the token is not renewed any more')
    return until - now
  }

  /**
   * Whether the library holds the refresh token of a session back: two presentations had an unknown outcome,
   * and it risks no third one while an access token is valid.
   */
  holdsBack({ refreshToken, tokens, lease: last }: Active): boolean {
    const { refresh, access } = this.server
    const asked = refresh.get(refreshToken ?? '')?.asked ?? []
    const isUnknown = ({ attempt, tab, at, isSettled }: StoredLease): boolean => {
      // For the other tabs, a tab that died or froze with its lease may have presented the token.
      if (!isSettled && (tab?.dead || attempt !== last?.attempt)) return true
      const mine = asked.find((one) => one.tab === tab && one.sent >= at)
      return !!mine && mine.fate !== 'refused' && mine.fate !== 'told'
    }
    const ends = Object.values(tokens).map(({ value }) => access.get(value)?.until ?? 0)
    return this.leases.filter(isUnknown).length > 1 && Math.max(...ends) > this.time.now
  }

  grantOf(record: Active | undefined): Grant | undefined {
    const { refresh, access } = this.server
    const token = record?.tokens['']?.value ?? ''
    return (refresh.get(record?.refreshToken ?? '') ?? access.get(token))?.grant
  }

  /** Whether a session works: its grant has not ended, and the session can be renewed or has a valid token. */
  isGood(record: Active): boolean {
    const { until = 0 } = this.server.access.get(record.tokens['']?.value ?? '') ?? {}
    if (this.grantOf(record)?.dead) return false
    return !!record.refreshToken || (!this.isUnclear() && until > this.time.now + 30_000)
  }

  /** Whether the clock was set so recently that it cannot tell how long a token lives. */
  isUnclear(): boolean {
    return this.time.now - this.jumped < unclear
  }

  /** The clock was set. */
  jump(): void {
    this.jumped = this.time.now
    this.skews.push({ at: this.jumped, skew: this.browser.skew })
  }

  /**
   * Whether no clock can show tab `b` that the attempt of tab `a` began less than a lease ago: the wall clock was set
   * between the loads of the two tabs, and again after `a` took its lease.
   */
  private isMuddled(a: Tab, b: Tab, since: number, at: number): boolean {
    // The clock may have been off at any moment until now: a tab reads it some seconds before it presents the token.
    const isOff = (ms: number): boolean => Math.max(-ms, at - since + ms) >= alone
    const first = this.skews.findLastIndex((one) => one.at <= since - untilSent)
    const skews = this.skews.slice(first)
    const isWallOff = skews.some((was, index) =>
      skews.slice(index).some((is) => isOff(is.skew - was.skew)),
    )
    return at - since < alone && isOff(b.origin - b.born - a.origin + a.born) && isWallOff
  }

  /** Whether the store has worked since then. */
  storeWorkedSince(then: number): boolean {
    return this.browser.disk.trouble < then
  }

  /** A sign-in must be stored 15 s after its tokens came. */
  private kept15(grant: Grant): void {
    const { tab, at, began, until } = grant.came ?? { at: 0, began: 0, until: 0 }
    if (!tab || tab.dead || tab.frozen || tab.thawed > at) return
    if (!this.storeWorkedSince(began - 5000) || this.leftAt > began - 5000) return
    // A session without a refresh token ends with its access token, which may have been old when a frozen tab got it.
    if (until < this.time.now) return
    // A change of the clock may end a session that has no refresh token.
    if (grant.dead || this.isUnclear()) return
    const stored = this.grantOf(activeOf(this.browser.record()))
    // A later sign-in replaced this one, and may have ended since.
    if (!stored && this.storedLast > began) return
    // If two tabs signed in at the same time, the sign-in that requested its tokens last is kept. The
    // library's clock has whole milliseconds, so one millisecond does not count.
    if ((stored?.came?.began ?? 0) < began - 1) this.violated('a sign-in was lost')
  }

  /** Milliseconds until the stored access token expires; 0 if the clock cannot tell. */
  private life(): number {
    const token = activeOf(this.browser.record())?.tokens['']
    if (!token || this.isUnclear()) return 0
    return token.expiresAt - this.browser.wall()
  }

  private written(before: SessionRecord | undefined, after: SessionRecord | undefined): void {
    if (before && !after) this.violated('a record was deleted')
    if (!after || before === after || !('version' in after)) return
    if (before && after.version < before.version) this.violated('a version went back')
    const [was, is] = [activeOf(before), activeOf(after)]
    if (is?.id !== was?.id) {
      this.changed = this.time.now
      this.writer = this.browser.disk.writer as Tab
    }
    if (is) this.kept(is, before)
    else if (was) this.over(was, after.ended)
  }

  private leased({ refreshToken, lease }: Active, was: Active | undefined): void {
    if (refreshToken !== was?.refreshToken) this.leases = []
    const { attempt, settled: isSettled = false } = lease ?? {}
    if (!attempt) return
    const known = this.leases.find((one) => one.attempt === attempt)
    if (known) known.isSettled = isSettled
    else this.leases.push({ attempt, isSettled, tab: this.browser.disk.writer, at: this.time.now })
  }

  private kept(is: Active, before: SessionRecord | undefined): void {
    const was = activeOf(before)
    this.leased(is, was)
    this.storedLast = Math.max(this.storedLast, this.grantOf(is)?.came?.began ?? 0)
    const then = this.server.refresh.get(was?.refreshToken ?? '')
    const now = this.server.stored(is.refreshToken)
    if (is.id === was?.id && then && now && now.depth < then.depth)
      this.violated('an older refresh token was written over a newer one')
    if (before?.ended && before.ended !== 'refused' && before.id === is.id)
      this.violated('a session came back after its sign-out')
    if (is.id === was?.id && is.refreshToken === was.refreshToken) return
    this.cycles++
    this.log(`  stored ${is.refreshToken ?? is.id}`)
  }

  private over(was: Active, ended: string | undefined): void {
    this.log(`  session over: ${ended}`)
    const isAny = ended === 'sign-out' && this.leftWhileLoading
    const asked = isAny || this.time.now < this.leaves || this.left.has(was.id)
    if (ended === 'sign-out' && asked) this.left.set(was.id, this.left.get(was.id) ?? this.time.now)
    if (asked) return
    if (ended === 'refused' && was.refreshToken && !this.grantOf(was)?.lossy)
      this.violated('a session was ended whose grant was not lost')
    // A newer sign-in has replaced the session, and the store does not have the newer one yet.
    const isReplaced = this.cameLast > (this.grantOf(was)?.came?.began ?? Infinity)
    if (ended === 'expired' && isReplaced) return
    if (ended !== 'refused' && this.isGood(was))
      this.violated('a session was signed out, and the user had not asked for it')
  }
}
