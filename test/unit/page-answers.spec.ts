import { expect } from '@playwright/test'
import type { AnswerPlace, CallbackResult, Vault } from '../../src/door.js'
import { writeState } from '../../src/lib/state-param.js'
import type { Opened } from '../../src/page/client.js'
import { closing, signInBy, type Channel, type Way } from '../../src/page/optional/answers.js'
import { signedIn, test as base } from '../support/page.js'

// A sign-in in a popup, and what comes from it.

interface Popup {
  outcome: Promise<unknown>
  /** What the sign-in asked the server for. */
  readonly asked: readonly AnswerPlace[]
  /** What the channel has of the page. */
  readonly posted: readonly unknown[]
  /** The callback URLs that reached the vault. */
  readonly taken: readonly unknown[]
  /** Say something on the channel. */
  say(data: unknown): Promise<void>
  /** A callback URL of this sign-in. */
  url(code?: string): string
}

interface Given {
  results?: (CallbackResult | undefined)[]
  popupRedirectUri?: string | undefined
  /** Whether the messages come as the way has it, or by a channel of the browser. */
  hasChannel?: boolean
}

const app = 'https://app.example'
const done: CallbackResult = { snapshot: signedIn() }

const test = base.extend<{ open: (given?: Given) => Promise<Popup> }>({
  open: async ({ globals }, use) => {
    globals.at(`${app}/`)
    await use(async ({ results = [done], popupRedirectUri, hasChannel = true } = {}) => {
      const asked: AnswerPlace[] = []
      const posted: unknown[] = []
      const taken: unknown[] = []
      const channels: Channel[] = []
      const create = (): Channel => {
        const channel: Channel = {
          onmessage: null,
          postMessage: (data) => void posted.push(data),
          close: () => {},
        }
        channels.push(channel)
        return channel
      }
      const named: string[] = []
      globals.give('BroadcastChannel', function (name: string) {
        named.push(name)
        return create()
      })
      const way: Way = {
        via: 'popup',
        ...(hasChannel && { channel: create }),
        go: () => {},
        ended: () => new Promise(() => {}),
        close: () => {},
      }
      const vault = {
        callback: async (href: string) => (taken.push(href), results.shift()),
      } as Partial<Vault> as Vault
      const config = { key: 'app', redirectUri: `${app}/callback`, resources: [], popupRedirectUri }
      const ask = async (place: AnswerPlace): Promise<string> => (asked.push(place), 'authorize')
      const outcome = signInBy(way, ask, { vault, config } as Opened, undefined).catch(
        ({ code }: { code: string }) => code,
      )
      const turn = (): Promise<void> => new Promise((then) => setImmediate(then))
      await turn()
      const { random = '' } = asked[0] ?? {}
      expect(named).toEqual(hasChannel || !random ? [] : [`pixy-auth:popup:${random}`])
      const state = writeState('popup', 'client', random)
      return {
        outcome,
        asked,
        posted,
        taken,
        say: (data) => (channels[0]?.onmessage?.({ data } as MessageEvent), turn()),
        url: (code = '1') => `${app}/callback?code=${code}&state=${state}`,
      }
    })
  },
})

for (const hasChannel of [true, false])
  test(`a callback URL is exchanged by the page, own channel: ${hasChannel}`, async ({ open }) => {
    const { say, url, outcome, posted, taken } = await open({ hasChannel })
    await say(url())
    expect(await outcome).toBe(done)
    expect(taken).toEqual([url()])
    expect(posted).toEqual(['taken', ''])
  })

test('the popup returns to the server if the server needs the user again', async ({ open }) => {
  const again = { ...done, retryUrl: 'https://id.example/again' }
  const { say, url, outcome, posted, taken } = await open({ results: [again, done] })
  await say(url('1'))
  await say(url('2'))
  expect(await outcome).toBe(done)
  expect(taken).toEqual([url('1'), url('2')])
  expect(posted).toEqual(['taken', again.retryUrl, 'taken', ''])
})

test('a callback that the vault does not know fails the sign-in', async ({ open }) => {
  const { say, url, outcome, posted } = await open({ results: [undefined] })
  await say(url())
  expect(await outcome).toBe('unknown_transaction')
  expect(posted).toEqual(['taken', ''])
})

test('a message without the callback URL of this sign-in is ignored', async ({ open }) => {
  const { say, url, posted, taken } = await open()
  const other = writeState('popup', 'client', crypto.randomUUID())
  const others = [1, [url()], '', url().replace(/state=.*/, `state=${other}`)]
  for (const data of [...others, url().replace('px1p', 'px1r')]) await say(data)
  expect([posted, taken]).toEqual([[], []])
})

for (const [given, sent] of [
  ['/popup.html', `${app}/popup.html`],
  ['https://APP.example/popup.html', 'https://APP.example/popup.html'],
  [undefined, undefined],
  ['https://else.example/popup.html', 'config'],
  ['https://[', 'config'],
] as const)
  test(`popupRedirectUri ${given} is ${sent === 'config' ? 'refused' : 'accepted'}`, async ({
    open,
  }) => {
    const { asked, outcome } = await open({ popupRedirectUri: given })
    if (sent === 'config') expect(await outcome).toBe('config')
    expect(asked.map(({ redirectUri }) => redirectUri)).toEqual(sent === 'config' ? [] : [sent])
  })

test('closing the popup ends the wait and its timer', async ({ globals }) => {
  const looks: (() => void)[] = []
  globals.give('setInterval', (look: () => void) => looks.push(look))
  const stopped: unknown[] = []
  globals.give('clearInterval', (timer: unknown) => stopped.push(timer))
  const over = new AbortController()
  let isClosed = false
  let code = ''
  closing(over.signal, () => isClosed).catch((error: { code: string }) => (code = error.code))
  looks[0]?.()
  await Promise.resolve()
  expect(code).toBe('')
  isClosed = true
  looks[0]?.()
  await Promise.resolve()
  expect(code).toBe('popup_closed')
  over.abort()
  expect(stopped).toEqual([1])
})
