import type { Tab } from './browser.js'
import type { World } from './world.js'

const timeout = 10_000

/** Calls of the library by the app, each of which must settle in time. */
export class Calls {
  private readonly world: World
  private readonly pending = new Set<{ tab: Tab }>()

  constructor(world: World) {
    this.world = world
  }

  /** How many calls have not settled, without those of pages that are gone. */
  unsettled(): number {
    return [...this.pending].filter(({ tab }) => !tab.dead).length
  }

  /** @param within milliseconds in which it must settle */
  call<T>(
    tab: Tab,
    name: string,
    within: number,
    work: () => Promise<T>,
    use: (value: T) => void = () => {},
  ): void {
    const { world, pending } = this
    const begin = (): void => {
      const call = { tab }
      pending.add(call)
      const ended = (outcome: string): void => {
        pending.delete(call)
        world.log(`${tab.name} ${name}: ${outcome}`)
      }
      work().then(
        (value) => {
          ended('ok')
          use(value)
        },
        (error: { code?: string; message: string }) => {
          ended(error.code ?? error.message)
          if (!error.code) world.judge.violated(`${name} failed with ${error.message}`)
        },
      )
      this.check(call, name, within, world.time.now)
    }
    world.time.after(0, tab, begin)
  }

  /** Check that a call has settled. If its tab could not run or its store failed, the call gets the same time again. */
  private check(call: { tab: Tab }, name: string, within: number, since: number): void {
    const { time, judge } = this.world
    const { tab } = call
    // The additional time is for the store. A call may wait for it when its page becomes visible, and once
    // more before it reports that the user is signed out.
    time.after(within + 4500, tab, () => {
      if (!this.pending.has(call)) return
      const isHeld =
        Math.max(tab.thawed, tab.started) > since ||
        (within > timeout && !judge.storeWorkedSince(since))
      if (isHeld) this.check(call, name, within, time.now)
      else judge.violated(`${tab.name}: ${name} was not settled in ${within} ms`)
    })
  }

  token(tab: Tab, url: string, resource: string): void {
    const ask = (): Promise<string> => tab.auth.getAccessToken({ url })
    this.call(tab, 'token', timeout, ask, (token) => {
      if (this.world.judge.given(token, resource)) this.refresh(tab)
    })
  }

  refresh(tab: Tab): void {
    this.call(tab, 'refresh', timeout, () => tab.auth.refresh())
  }

  /** Call an API. @param use gets the status */
  fetch(tab: Tab, url: string, use?: (status: number) => void): void {
    this.call(
      tab,
      'fetch',
      2 * timeout + 10_000,
      () => tab.auth.fetch(url),
      ({ status }) => use?.(status),
    )
  }
}
