import type { Browser, Tab } from './browser.js'
import type { Time } from './time.js'

type Listener = (event: Record<string, unknown>) => void

/** The events of one window. */
export class Events {
  private listeners: { type: string; listener: Listener }[] = []

  add(type: string, listener: Listener, { signal }: { signal?: AbortSignal } = {}): void {
    const one = { type, listener }
    this.listeners.push(one)
    signal?.addEventListener('abort', () => {
      this.listeners = this.listeners.filter((other) => other !== one)
    })
  }

  tell(type: string, more: Record<string, unknown> = {}): void {
    for (const one of this.listeners) if (one.type === type) one.listener({ type, ...more })
  }
}

/** Texts by key, as `localStorage` keeps them. */
class Texts {
  private readonly map: Map<string, string>
  private readonly onChange: (key: string, value: string | null) => void

  constructor(map: Map<string, string>, onChange: (key: string, value: string | null) => void) {
    this.map = map
    this.onChange = onChange
  }

  get length(): number {
    return this.map.size
  }

  key(index: number): string | null {
    return [...this.map.keys()][index] ?? null
  }

  getItem(key: string): string | null {
    return this.map.get(key) ?? null
  }

  setItem(key: string, value: unknown): void {
    const text = String(value)
    this.map.set(key, text)
    this.onChange(key, text)
  }

  removeItem(key: string): void {
    this.map.delete(key)
    this.onChange(key, null)
  }
}

/** `localStorage`: a tab sees its own changes at once, and other tabs see them a moment later. */
function localStorageOf(tab: Tab, { tabs, time, random, texts }: Browser): Texts {
  tab.texts = new Map(texts)
  return new Texts(tab.texts, (key, newValue) => {
    if (newValue === null) texts.delete(key)
    else texts.set(key, newValue)
    for (const other of tabs)
      if (other !== tab)
        time.after(random() * 3, other, () => {
          if (newValue === null) other.texts.delete(key)
          else other.texts.set(key, newValue)
          other.events.tell('storage', { key, newValue })
        })
  })
}

function locationOf(tab: Tab, browser: Browser): object {
  const assign = (url: unknown): void => browser.leave(tab, String(url))
  const url = (): URL => new URL(tab.href)
  return {
    get href() {
      return tab.href
    },
    set href(href: string) {
      assign(href)
    },
    get origin() {
      return url().origin
    },
    get pathname() {
      return url().pathname
    },
    get search() {
      return url().search
    },
    get hash() {
      return url().hash
    },
    assign,
    replace: assign,
    reload: () => assign(tab.href),
    toString: () => tab.href,
  }
}

function messageChannelOf(tab: Tab, time: Time) {
  const port = (): {
    onmessage?: Listener
    postMessage: (data: unknown) => void
    close(): void
  } => ({
    postMessage: () => {},
    close: () => {},
  })
  return class MessageChannel {
    readonly port1 = port()
    readonly port2 = port()
    constructor() {
      const { port1, port2 } = this
      port1.postMessage = (data) => void time.after(0, tab, () => port2.onmessage?.({ data }))
      port2.postMessage = (data) => void time.after(0, tab, () => port1.onmessage?.({ data }))
    }
  }
}

class PopStateEvent {
  readonly type: string
  constructor(type: string) {
    this.type = type
  }
}

/** The globals that the page half of the library needs, and the vault does not. */
export function windowOf(tab: Tab, browser: Browser): Record<string, unknown> {
  const { time, random } = browser
  const { events } = tab
  return {
    location: locationOf(tab, browser),
    history: {
      state: null,
      replaceState: (_: unknown, __: string, href: string) => {
        tab.href = new URL(href, tab.href).href
      },
    },
    document: {
      get visibilityState() {
        return 'visible'
      },
      get baseURI() {
        return tab.href
      },
      addEventListener: events.add.bind(events),
      createElement: () => ({ remove: () => {} }),
      head: { append: () => {} },
    },
    localStorage: localStorageOf(tab, browser),
    sessionStorage: new Texts(tab.place.texts, () => {}),
    addEventListener: events.add.bind(events),
    removeEventListener: () => {},
    dispatchEvent: ({ type }: { type: string }) => events.tell(type),
    PopStateEvent,
    MessageChannel: messageChannelOf(tab, time),
    requestIdleCallback: (work: () => void) => time.after(random() * 50, tab, work),
    reportError: (error: Error) => browser.reported(error),
  }
}
