import { writeState } from '../../src/lib/state-param.js'
import type { Channel } from '../../src/page/optional/answers.js'
import { relay } from '../../src/page/optional/relay.js'
import { test as base } from './device.js'

// A popup that has the answer of the server, and relays it.

interface Popup {
  /** What `relay` resolved to. */
  readonly outcome: unknown
  /** The messages of the popup on the channel. */
  readonly said: readonly unknown[]
  /** What was posted to a window: the window, the text, and the options. */
  readonly posted: readonly unknown[][]
  /** Where the popup went, or that it closed. */
  readonly ends: readonly string[]
  /** How often `relay` reported that no page takes the answer. */
  readonly waits: number
  /** Deliver a message on the channel. */
  hear(data: unknown): Promise<void>
  /** Deliver a message from a window. */
  happens(message: { data: unknown; source: unknown; origin: string }): Promise<void>
  /** Let time pass, in the quarters that `relay` counts. */
  pass(...quarters: number[]): Promise<void>
}

interface Given {
  opener?: object | null
  hasChannel?: boolean
  /** Whether the popup waits for a page that takes the answer. */
  isPatient?: boolean
}

export const app = 'https://app.example'
const random = crypto.randomUUID()
export const href = `${app}/callback?code=1&state=${writeState('popup', 'client', random)}`
export const retryUrl = 'https://id.example/again'

export const test = base.extend<{ open: (given?: Given) => Popup }>({
  open: async ({ globals, device }, use) => {
    const turn = (): Promise<void> => new Promise((then) => setImmediate(then))
    await use(({ opener = null, hasChannel = true, isPatient } = {}) => {
      const said: unknown[] = []
      const posted: unknown[][] = []
      const ends: string[] = []
      const channels: Channel[] = []
      globals.give('location', {
        origin: app,
        replace: (url: URL) => void ends.push(`${url}`),
      })
      globals.give('close', () => void ends.push('closed'))
      globals.give('opener', opener)
      globals.give('postMessage', function (this: unknown, ...given: unknown[]) {
        posted.push([this, ...given])
      })
      globals.give('BroadcastChannel', function (name: string) {
        if (!hasChannel || name !== `pixy-auth:popup:${random}`)
          throw new DOMException('denied', 'SecurityError')
        const channel: Channel = {
          onmessage: null,
          postMessage: (data) => void said.push(data),
          close: () => {},
        }
        channels.push(channel)
        return channel
      })
      const clock = device()
      let waits = 0
      let outcome: unknown
      void relay(href, isPatient ? () => (waits += 1) : undefined).then((end) => (outcome = end))
      return {
        get outcome() {
          return outcome
        },
        get waits() {
          return waits
        },
        said,
        posted,
        ends,
        hear: (data) => (channels[0]?.onmessage?.({ data } as MessageEvent), turn()),
        happens: (message) => (globals.happens('message', message), turn()),
        async pass(...quarters) {
          for (const ms of quarters) {
            clock.pass(ms)
            await turn()
          }
        },
      }
    })
  },
})
