import { activeOf, type Active, type SessionRecord } from '../../src/vault/record.js'
import type { Browser, Tab } from './browser.js'
import type { Grant, Server } from './server.js'
import type { Time } from './time.js'

// Milliseconds after a change of the clock in which lifetimes are not judged. A token that was under
// way at the change may have been stored with a wrong expiry, and so may the next one.
const unclear = 8_000_000

/** Watches every request and every stored record, and reports what must never happen. */
export class Judge {
  readonly violations: string[] = []
  cycles = 0
  /** When the clock was last set. */
  jumped = -Infinity
  /** The id of a session that the user ended while the store could not delete it. */
  undeleted: string | undefined
  private readonly time: Time
  private readonly server: Server
  private readonly browser: Browser
  private readonly log: (line: string) => void
  /** Until then a session may end because the user signed out. */
  private leaves = -1
  /** The grant of the session that the user ended last. */
  private left: Grant | undefined
  /** How often in a row the stored token had expired when the user came back. */
  private dry = 0

  constructor(time: Time, server: Server, browser: Browser, log: (line: string) => void) {
    this.time = time
    this.server = server
    this.browser = browser
    this.log = log
    server.violated = (what) => this.violated(what)
    server.lives = () => this.life() > 1000
    server.inUse = (grant) => grant !== this.left && this.grantOf(this.session()) === grant
    // The clock was set between the opening of the two tabs, and again since the first request: then
    // neither of their clocks tells how long ago that was.
    server.isMuddled = (a, b, since) =>
      this.jumped > since - 1000 && Math.abs(a.origin - a.born - b.origin + b.born) > 40_000
    browser.written = (before, after) => this.written(before, after)
  }

  violated(what: string): void {
    this.log(`VIOLATION: ${what}`)
    this.violations.push(what)
  }

  /** The session of the user, as it is stored. */
  session(): Active | undefined {
    const record = activeOf(this.browser.record())
    return record?.id === this.undeleted ? undefined : record
  }

  /** The user signs out. */
  leave(): void {
    this.leaves = this.time.now + 20_000
    this.left = this.grantOf(this.session())
  }

  /** Judge a token that the vault gave. @returns whether a resource would answer it by 401 */
  given(token: string, { thawed }: Tab): boolean {
    const access = this.server.access.get(token)
    const { now } = this.time
    if (!access) this.violated('a token was given that the server had not issued')
    if (!access || access.until >= now) return false
    // An answer that waited for a frozen tab may be old already.
    if (now - this.jumped > unclear && now - thawed > 10_000)
      this.violated('an expired token was given')
    return true
  }

  /** The user comes back. @returns milliseconds until the token that is stored expires */
  seen(record: Active): number {
    const { until = 0, grant } = this.server.access.get(record.tokens['']?.value ?? '') ?? {}
    const left = until - this.time.now
    this.dry = left < 0 && !grant?.dead ? this.dry + 1 : 0
    if (this.dry > 10) this.violated('the token is not renewed any more')
    return left
  }

  /** At the end every tab must show what is stored. @returns whether the tab must get a token */
  shown(tab: Tab): boolean {
    const record = this.session()
    const shown = record ? 'signed-in' : 'signed-out'
    if (tab.shows !== shown) this.violated(`${tab.name} shows ${tab.shows}, and is ${shown}`)
    return !!record && !this.grantOf(record)?.dead
  }

  private grantOf(record: Active | undefined): Grant | undefined {
    return this.server.refresh.get(record?.refreshToken ?? '')?.grant
  }

  /** Milliseconds until the stored access token expires; 0 where the clock cannot tell. */
  private life(): number {
    const token = activeOf(this.browser.record())?.tokens['']
    if (!token || this.time.now - this.jumped < unclear) return 0
    return token.expiresAt - this.browser.wall()
  }

  private written(before: SessionRecord | undefined, after: SessionRecord | undefined): void {
    if (before && !after) this.violated('a record was deleted')
    if (!after || before === after || !('version' in after)) return
    if (before && after.version < before.version) this.violated('a version went back')
    const [was, is] = [activeOf(before), activeOf(after)]
    if (is) this.kept(is, before)
    else if (was) this.over(was, after.ended)
  }

  private kept(is: Active, before: SessionRecord | undefined): void {
    const was = activeOf(before)
    const then = this.server.refresh.get(was?.refreshToken ?? '')
    const now = this.server.stored(is.refreshToken)
    if (is.id === was?.id && then && now && now.depth < then.depth)
      this.violated('an older refresh token was written over a newer one')
    if (before?.ended === 'sign-out' && before.id === is.id)
      this.violated('a session came back after its sign-out')
    if (is.refreshToken === was?.refreshToken) return
    this.cycles++
    this.log(`  stored ${is.refreshToken}`)
  }

  private over(was: Active, ended: SessionRecord['ended']): void {
    this.log(`  session over: ${ended}`)
    if (ended === 'sign-out' && this.time.now > this.leaves)
      this.violated('a session was signed out, and the user had not asked for it')
    if (ended === 'refused' && !this.grantOf(was)?.lossy)
      this.violated('a session was ended whose grant was not lost')
  }
}
