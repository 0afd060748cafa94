import type { Auth, AuthState } from '../../src/api.js'
import type { Vault, VaultEvent } from '../../src/door.js'
import type { SessionRecord } from '../../src/vault/record.js'
import { surroundings } from './around.js'
import { Disk } from './idb.js'
import { Locks } from './locks.js'
import { Events } from './page.js'
import type { Server } from './server.js'
import type { Being, Random, Time } from './time.js'
import type { Load } from './vault.js'

/** A tab as its user sees it: it stays open when its page changes. */
export interface Place {
  readonly name: string
  /** Its `sessionStorage`. */
  readonly texts: Map<string, string>
}

/** One page of the app in a tab, from its load until the browser leaves it. */
export interface Tab extends Being {
  readonly name: string
  readonly place: Place
  href: string
  /** The simulated time when it was opened. */
  readonly born: number
  /** The time of the wall clock when it was opened. */
  readonly origin: number
  readonly auth: Auth
  /** Set by `start()`. */
  vault: Vault
  readonly events: Events
  /** `localStorage` as this tab sees it. */
  texts: Map<string, string>
  /** Receive the messages of the other tabs, by the name of a channel. */
  readonly lines: Map<string, (data: unknown) => void>
  /** `thawed`: when it last stopped being frozen or busy. `resumed`: when it last became visible. */
  thawed: number
  resumed: number
  /** `started`: when its `start()` was done. `robbed`: when its Web Lock was stolen. */
  started: number
  robbed: number
  /** The state that it shows, and since when. */
  shows: AuthState
  since: number
  /** The id of the session that its vault reported last. */
  id?: string | undefined
}

const resources = [
  'https://api.example/',
  { url: 'https://b.example/', resource: 'https://b.example/' },
]

const options = {
  server: {
    authorization_endpoint: 'https://id.example/authorize',
    token_endpoint: 'https://id.example/token',
    revocation_endpoint: 'https://id.example/revoke',
  },
  clientId: 'app',
  redirectUri: 'https://app.example/callback',
  resources,
  navigate: () => {},
}

export const home = 'https://app.example/'

/** The browser: its tabs, what the origin has stored, and the state of the device. */
export class Browser {
  readonly time: Time
  readonly random: Random
  readonly server: Server
  readonly locks: Locks
  readonly disk: Disk
  /** `localStorage`. */
  readonly texts = new Map<string, string>()
  tabs: Tab[] = []
  online = true
  hasChannel = true
  /** Whether messages on its `BroadcastChannel` never arrive. */
  isSilent = false
  /** Milliseconds by which the wall clock is off. */
  skew = 0
  /** Called when a page navigates to a URL. */
  leave: (tab: Tab, url: string) => void = () => {}
  /** Called when a page shows another state. */
  shown: (tab: Tab) => void = () => {}
  reported: (error: Error) => void = () => {}
  private readonly load: Load
  private count = 0

  constructor(time: Time, random: Random, server: Server, load: Load) {
    this.time = time
    this.random = random
    this.server = server
    this.load = load
    this.locks = new Locks(time, random)
    this.disk = new Disk(time, random)
  }

  wall(): number {
    return 1_800_000_000_000 + this.time.now + this.skew
  }

  /** The stored record of the session. */
  record(): SessionRecord | undefined {
    for (const [key, record] of this.disk.records)
      if (key.startsWith('pixy-auth:session:')) return record as SessionRecord
    return undefined
  }

  /** Load a page of the app, in a new tab or in one that is open. */
  open(href = home, from?: Place): Tab {
    const place = from ?? { name: `t${++this.count}`, texts: new Map() }
    const { now } = this.time
    const fresh = {
      dead: false,
      frozen: undefined,
      resumed: now,
      since: now,
      thawed: -Infinity,
      started: Infinity,
      robbed: -Infinity,
      place,
      name: place.name,
      href,
      born: now,
      origin: this.wall(),
      events: new Events(),
      texts: new Map<string, string>(),
      lines: new Map(),
      shows: { status: 'loading' },
    } as const
    const tab = fresh as unknown as Tab
    const { createAuthWith, createVault, resolveConfig } = this.load(surroundings(tab, this))
    const resolve = (base?: string) => resolveConfig(options, base)
    const auth = createAuthWith(resolve, (config, store, emit) => {
      const told = (fact: VaultEvent): void => {
        if (fact.type === 'state') tab.id = fact.snapshot.id
        emit(fact)
      }
      return (tab.vault = createVault(config, store, told))
    })
    Object.assign(tab, { auth })
    this.tabs.push(tab)
    return tab
  }

  /** Run the library in a page, as its app does. */
  async start(tab: Tab): Promise<void> {
    const started = tab.auth.start()
    tab.auth.subscribe((state) => {
      tab.shows = state
      tab.since = this.time.now
      this.shown(tab)
    })
    await started
    tab.started = this.time.now
  }

  kill(tab: Tab): void {
    tab.dead = true
    this.tabs = this.tabs.filter((other) => other !== tab)
    this.time.after(this.random() * 3, undefined, () => this.disk.leave(tab))
    this.time.after(this.random() * 10, undefined, () => this.locks.release(tab))
  }

  /** The user looks at a tab. */
  look(tab: Tab): void {
    tab.resumed = this.time.now
    tab.events.tell('visibilitychange')
  }
}
