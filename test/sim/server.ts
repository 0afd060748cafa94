import type { Tab } from './browser.js'
import type { Random, Time } from './time.js'

/** An answer of the server, as a tab receives it. */
export interface Answer {
  status?: number
  retryAfter?: string | undefined
  type?: string
  body?: unknown
}

/** What goes wrong with one request. */
export interface Fault {
  /** The request never reaches the server. */
  unsent?: boolean
  /** The answer, given before the server reads the request. */
  instead?: Answer
  /** The answer after the request took effect; `undefined`: the answer is lost. */
  after?: Answer | undefined
  /** Milliseconds by which the answer is late. */
  late?: number
}

/** What the user allowed in one sign-in. */
export interface Grant {
  readonly name: number
  /** The tab that its first tokens reached, when, when that tab requested them, and until when they are valid. */
  came?: { tab: Tab; at: number; began: number; until: number }
  /** Why it ended. */
  dead?: string
  /** Whether it ended because of a lost answer: no client can prevent that. */
  lossy?: boolean
}

/** One presentation of a refresh token. */
interface Asked {
  readonly tab: Tab
  readonly sent: number
  /** When its answer reaches the browser. */
  due: number
  fate: 'waiting' | 'delivered' | 'refused' | 'told' | 'unknown'
  /** Whether another tab has presented the token while this tab waited. That was judged, and is not judged again. */
  isOvertaken?: boolean
}

interface RefreshToken {
  readonly grant: Grant
  readonly depth: number
  readonly parent: RefreshToken | undefined
  readonly asked: Asked[]
  spent?: { by: Asked; at: number; next: string }
  /** Whether a tab stored its successor. */
  renewed?: boolean
  /** Why a second tab may present it while the first one waits for an answer. */
  excuse?: string | undefined
}

/** How a server treats a refresh token that was used. */
export interface Habits {
  /** Milliseconds in which a used token may be presented again. */
  grace: number
  /** Whether the server then gives a new successor, instead of the same one again. */
  siblings: boolean
  /** Seconds an access token lives. */
  life: number
  /** Whether it gives refresh tokens. */
  renews?: boolean
}

/** An access token, as its resource sees it. */
interface AccessToken {
  readonly grant: Grant
  readonly resource: string
  until: number
}

/**
 * Milliseconds in which no other tab may present the same token: the time of the lease, less what may
 * pass before the request is sent.
 */
export const alone = 40_000

/** An authorization server with rotation and reuse detection, which remembers every presentation. */
export class Server {
  readonly refresh = new Map<string, RefreshToken>()
  readonly access = new Map<string, AccessToken>()
  readonly lossy: Record<string, number> = {}
  grants = 0
  presentations = 0
  repeats = 0
  /** Called for every request to the token endpoint when it arrives. */
  arrived: () => void = () => {}
  fault: (tab: Tab) => Fault | undefined = () => undefined
  violated: (what: string) => void = () => {}
  log: (line: string) => void = () => {}
  /** Whether the stored access token is certainly still valid: then a third presentation is wrong. */
  lives: () => boolean = () => false
  isMuddled: (a: Tab, b: Tab, since: number, at: number) => boolean = () => false
  /** Milliseconds until a tab knows that its lease is written, at most. */
  commitMs: () => number = () => 0
  /** Whether the store has failed since then. */
  storeFailedSince: (since: number) => boolean = () => false
  inUse: (grant: Grant) => boolean = () => false
  /** Whether the user has just signed out on a page that still loads: that ends whatever session comes. */
  isLeft: () => boolean = () => false
  /** Called when the first tokens of a sign-in reach its page. */
  came: (grant: Grant) => void = () => {}
  private readonly codes = new Set<string>()
  private readonly time: Time
  private readonly random: Random
  private readonly habits: Habits
  private count = 0

  constructor(time: Time, random: Random, habits: Habits) {
    this.time = time
    this.random = random
    this.habits = habits
  }

  /** The user signed in at the server. @returns the code */
  code(): string {
    const code = `c${++this.count}`
    this.codes.add(code)
    return code
  }

  ask(
    url: string,
    body: URLSearchParams,
    tab: Tab,
    answered: (answer: Answer | undefined) => void,
    outlives = false,
  ): { gaveUp(): void } {
    const { time, random } = this
    const fault = (url.endsWith('/token') && this.fault(tab)) || {}
    const asked = this.present(body.get('refresh_token') ?? '', tab)
    const began = time.now
    let isOver = false
    const up = 10 + random() * 150
    const down = 10 + random() * 150 + (fault.late ?? 0)
    if (asked) asked.due = began + up + down
    const deliver = (answer: Answer | undefined): void => {
      time.after(down, tab, () => {
        if (asked && asked.fate !== 'unknown') asked.fate = fateOf(answer)
        if (!isOver) this.cameBy(answer, tab, began)
        answered(answer)
      })
    }
    time.after(up, undefined, () => {
      if (fault.unsent) return fault.late === Infinity ? undefined : deliver(undefined)
      // When a page is left, the browser often cancels the requests that the page was sending.
      if (tab.dead && !outlives && random() < 0.5) return
      if (url.endsWith('/token')) this.arrived()
      const answer = fault.instead ?? this.answer(url, body, asked)
      if (fault.late !== Infinity) deliver('after' in fault ? fault.after : answer)
    })
    return {
      gaveUp() {
        isOver = true
        if (asked && asked.fate === 'waiting') asked.fate = 'unknown'
      },
    }
  }

  /** A call of an API. */
  call(
    url: string,
    token: string | undefined,
    tab: Tab,
    answered: (answer: Answer) => void,
  ): { gaveUp(): void } {
    const { time, random } = this
    time.after(20 + random() * 100, tab, () => {
      const { until = 0, resource } = this.access.get(token ?? '') ?? {}
      const isGood = until > time.now && resource === resourceAt(url)
      answered({ status: isGood ? 200 : 401, body: {} })
    })
    return { gaveUp() {} }
  }

  /** The APIs refuse every token that was given so far. */
  bar(): void {
    for (const token of this.access.values()) token.until = Math.min(token.until, this.time.now)
  }

  /** Note that a tab stored the tokens with this refresh token. */
  stored(refreshToken: string | undefined): RefreshToken | undefined {
    const token = this.refresh.get(refreshToken ?? '')
    if (token?.parent) token.parent.renewed = true
    return token
  }

  private present(value: string, by: Tab): Asked | undefined {
    const token = this.refresh.get(value)
    if (!token) return undefined
    const { now } = this.time
    const { asked } = token
    this.presentations++
    this.log(`  ${by.name} presents ${value}`)
    if (asked.length > 0) this.repeats++
    if (token.renewed) this.violated('a refresh token was presented after it had been renewed')
    const unknown = asked.filter(({ fate }) => fate === 'unknown' || fate === 'waiting')
    for (const one of unknown) {
      const { fate, tab, sent, due } = one
      if (fate !== 'waiting' || tab.dead || one.isOvertaken) continue
      one.isOvertaken = true
      // A tab's timeout runs only while the tab runs: after a sleep it may wait for an answer that comes late or never.
      const isLate = due > now && 'the answer was late'
      if (now - sent >= alone)
        token.excuse = tab.frozen ? 'its tab was frozen' : isLate || undefined
      else if (tab.robbed >= sent) token.excuse = 'its lock was stolen'
      else if (this.isMuddled(tab, by, sent, now)) token.excuse = 'the clock was set twice'
      else this.violated('a refresh token was presented twice at once')
    }
    if (unknown.length > 1 && this.inUse(token.grant) && this.lives())
      this.violated('a refresh token was presented a third time')
    const mine: Asked = { tab: by, sent: now, due: Infinity, fate: 'waiting' }
    asked.push(mine)
    return mine
  }

  private answer(url: string, body: URLSearchParams, by: Asked | undefined): Answer {
    if (url.endsWith('/revoke')) return this.revoke(body.get('token') ?? '')
    const resource = body.get('resource') ?? ''
    if (body.get('grant_type') === 'authorization_code')
      return this.codes.delete(body.get('code') ?? '')
        ? this.issue({ name: ++this.grants }, resource)
        : refused
    const token = this.refresh.get(body.get('refresh_token') ?? '')
    if (!token || !by || token.grant.dead) return refused
    const { spent } = token
    if (!spent) {
      const answer = this.issue(token.grant, resource, token)
      token.spent = { by, at: this.time.now, next: answer.body.refresh_token ?? '' }
      return answer
    }
    if (this.time.now - spent.at > this.habits.grace) {
      this.reused(token, spent.by, by)
      return refused
    }
    return this.issue(token.grant, resource, token, this.habits.siblings ? undefined : spent.next)
  }

  private issue(
    grant: Grant,
    resource: string,
    parent?: RefreshToken,
    value = `r${grant.name}.${++this.count}`,
  ): { body: { access_token: string; refresh_token?: string } } {
    const { life, renews = true } = this.habits
    const access_token = `a${++this.count}`
    this.access.set(access_token, { grant, resource, until: this.time.now + life * 1000 })
    const more = { token_type: 'Bearer', expires_in: life }
    if (!renews) return { body: { access_token, ...more } }
    if (!this.refresh.has(value))
      this.refresh.set(value, { grant, parent, depth: (parent?.depth ?? 0) + 1, asked: [] })
    return { body: { access_token, refresh_token: value, ...more } }
  }

  /** Note that the tokens of a sign-in reached a page. */
  private cameBy(answer: Answer | undefined, tab: Tab, began: number): void {
    const body = Object(answer?.body) as { access_token?: string; refresh_token?: string }
    const { grant, until } = this.access.get(body.access_token ?? '') ?? { until: 0 }
    if (!grant || grant.came || (answer?.status ?? 200) !== 200) return
    grant.came = { tab, at: this.time.now, began, until: body.refresh_token ? Infinity : until }
    this.came(grant)
  }

  private reused({ grant, excuse }: RefreshToken, { tab, fate, sent }: Asked, by: Asked): void {
    grant.dead = 'reused'
    const crossed = by.sent < sent && by.tab.dead
    // The second tab wrote its lease while the first was frozen, and presented the token when it knew of its commit.
    const woke = this.time.now - 1000 - this.commitMs()
    const why =
      (fate === 'unknown' && 'the answer was lost') ||
      (tab.dead && 'its tab was killed') ||
      // The first tab was frozen until a moment ago, so it got its answer too late to stop the second presentation.
      ((tab.frozen || tab.thawed > woke) && 'its tab was frozen') ||
      (tab.robbed >= sent && 'its lock was stolen') ||
      (crossed && 'a killed tab had asked') ||
      // The answer came, but the store did not take the new token before the lease had ended.
      (by.sent - sent >= alone && this.storeFailedSince(sent) && 'the store failed') ||
      (this.isMuddled(tab, by.tab, sent, by.sent) && 'the clock was set twice') ||
      excuse
    if (!why) return this.violated(`a grant was lost by presenting again what was ${fate}`)
    grant.lossy = true
    this.lossy[why] = (this.lossy[why] ?? 0) + 1
  }

  private revoke(value: string): Answer {
    const grant = this.refresh.get(value)?.grant
    if (grant && this.inUse(grant) && !this.isLeft()) this.violated('a good grant was revoked')
    if (grant) grant.dead ??= 'revoked'
    return {}
  }
}

/** The APIs of the app. */
export const apis = ['https://api.example/', 'https://b.example/'] as const

/** The resource that a URL belongs to; '' is the one that tokens are for by default. */
export const resourceAt = (url: string): string =>
  url.startsWith('https://b.') ? 'https://b.example/' : ''

const refused: Answer = { status: 400, body: { error: 'invalid_grant' } }

function fateOf(answer: Answer | undefined): Asked['fate'] {
  const { status = 200, retryAfter, body } = answer ?? { status: 0 }
  if (answer === refused) return 'refused'
  if (status === 429 || (status === 503 && retryAfter)) return 'told'
  return status === 200 && (body as { access_token?: string }).access_token
    ? 'delivered'
    : 'unknown'
}
