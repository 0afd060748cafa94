import { Browser, type Tab } from './browser.js'
import { Server } from './server.js'
import { Steps, type Choice } from './steps.js'
import type { Load } from './vault.js'

/** How often each unusual event may happen in one history. */
export interface Budget {
  /** A tab dies. */
  readonly deaths: number
  /** A tab is frozen until it is thawed. */
  readonly freezes: number
  /** A timer fires although a reply is waiting. */
  readonly rushes: number
  /** Whether tabs get no messages from each other. Messages decide nothing, but multiply the histories. */
  readonly isSilent: boolean
}

/** What an exploration found. */
export interface Found {
  /** Different states, and histories that led to a state or to an end. */
  states: number
  histories: number
  /** Different ends: no event is left. */
  ends: number
  /** The number of ends, by how often the refresh token was presented. */
  readonly posts: Record<string, number>
  violations: string[]
}

/** One history, which is one order of events: two tabs have an expired access token, and both need a new one. */
class History {
  readonly steps = new Steps()
  readonly server: Server
  readonly browser: Browser
  readonly violations: string[] = []
  private readonly tabs: Tab[] = []
  private readonly load: Load
  private readonly budget: Budget
  private posts = 0
  private readonly used = { deaths: 0, freezes: 0, rushes: 0 }

  constructor(load: Load, budget: Budget) {
    const { steps } = this
    const habits = { grace: 0, siblings: false, life: 300 }
    this.load = load
    this.budget = budget
    this.server = new Server(steps, steps.random, habits)
    this.browser = new Browser(steps, steps.random, this.server, this.load)
    this.browser.isSilent = budget.isSilent
    this.server.violated = (what) => void this.violations.push(what)
    this.browser.disk.observe = (value) => steps.observe(value)
  }

  /** Two tabs show the same session; its token expires, and both need one. */
  async begin(): Promise<void> {
    const { browser, server, steps } = this
    const tab = browser.open()
    const signIn = async (): Promise<void> => {
      await browser.start(tab)
      const url = await tab.vault.authorize({ via: 'redirect', returnTo: tab.href })
      const state = new URL(url).searchParams.get('state')
      await tab.vault.callback(`${tab.href}callback?code=${server.code()}&state=${state}`)
    }
    await steps.settle(signIn)
    const other = browser.open()
    await steps.settle(() => browser.start(other))
    this.tabs.push(tab, other)
    steps.now += 400_000
    server.log = () => void this.posts++
    for (const one of this.tabs)
      steps.after(0, one, () => {
        one.auth.getAccessToken().catch(() => {})
      })
  }

  choices(): Choice[] {
    const { steps, budget, used, tabs } = this
    const choices = steps.choices(used.rushes < budget.rushes)
    if (choices.length === 0) return choices
    const [first] = choices
    const alone = first?.kind === 'event' && first.due.isLocal ? first.due.to : undefined
    for (const tab of tabs) {
      if (tab.dead || (alone && alone !== tab)) continue
      if (used.deaths < budget.deaths) choices.push({ kind: 'death', tab })
      if (tab.frozen) choices.push({ kind: 'thaw', tab })
      else if (used.freezes < budget.freezes && !this.browser.disk.isHeldBy(tab))
        choices.push({ kind: 'freeze', tab })
    }
    return choices
  }

  async take(choice: Choice): Promise<void> {
    const { steps, used, browser } = this
    if (choice.kind === 'event') {
      if (choice.isRush) used.rushes++
      return steps.run(choice.due)
    }
    const tab = choice.tab as Tab
    if (choice.kind === 'thaw') tab.frozen = undefined
    else if (choice.kind === 'freeze') {
      used.freezes++
      tab.frozen = []
    } else {
      used.deaths++
      browser.kill(tab)
    }
  }

  /** The present state as text: everything on which the rest of the history depends. */
  key(): string {
    const { server, browser, steps, tabs, used } = this
    const tokens = [...server.refresh].map(([value, { asked, spent, renewed, grant, excuse }]) => [
      value,
      asked.map(({ tab, sent, fate }) => [tab.name, sent, fate]),
      [spent?.next, renewed, grant.dead, excuse],
    ])
    const lives = tabs.map((tab) => [tab.dead, !!tab.frozen, steps.past(tab)])
    const shared = [...browser.disk.records.values(), browser.locks.names(), steps.pending()]
    return JSON.stringify([tokens, lives, shared, steps.now, used, this.posts])
  }

  /** Judge a history in which no event is left. @returns how often the refresh token was presented */
  end(): number {
    const { used } = this
    const isPlain = used.deaths + used.freezes + used.rushes === 0
    if (isPlain && this.posts !== 1)
      this.violations.push(`the refresh token was presented ${this.posts} times`)
    return this.posts
  }
}

/** Go through every history, with every order of events. Histories that reach the same state go on from it once. */
export async function explore(load: Load, budget: Budget, most = Infinity): Promise<Found> {
  const found: Found = { states: 0, histories: 0, ends: 0, posts: {}, violations: [] }
  const seen = new Set<string>()
  const open: number[][] = [[]]
  for (let path = open.pop(); path && found.states < most; path = open.pop()) {
    found.histories++
    const history = new History(load, budget)
    await history.begin()
    const taken = await follow(history, path, seen, open, found)
    if (history.violations.length === 0) continue
    found.violations.push(`${history.violations[0]}: ${taken.join(' ')}`)
    if (found.violations.length > 4) break
  }
  return found
}

async function follow(
  history: History,
  path: readonly number[],
  seen: Set<string>,
  open: number[][],
  found: Found,
): Promise<string[]> {
  const taken: string[] = []
  const now = [...path]
  for (let step = 0; history.violations.length === 0; step++) {
    const choices = history.choices()
    if (choices.length === 0) {
      const key = history.key()
      if (seen.has(key)) return taken
      seen.add(key)
      found.ends++
      const posts = history.end()
      found.posts[posts] = (found.posts[posts] ?? 0) + 1
      return taken
    }
    if (step >= path.length) {
      const key = history.key()
      if (seen.has(key)) return taken
      seen.add(key)
      found.states++
      for (let index = choices.length - 1; index > 0; index--) open.push([...now, index])
      now.push(0)
    }
    const choice = choices[now[step] ?? 0] as Choice
    taken.push(String(now[step]))
    await history.take(choice)
  }
  return taken
}
