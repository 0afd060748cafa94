import { expect } from '@playwright/test'
import type { CallbackResult, Vault } from '../../src/door.js'
import { writeState, type Purpose } from '../../src/lib/state-param.js'
import { callback } from '../../src/page/sign-in/callback.js'
import { signedIn, test as base } from '../support/page.js'

// The page of an answer that another page may be waiting for.

const app = 'https://app.example'
const clean = `${app}/callback`
let count = 0

interface Given {
  purpose: Purpose
  /** Whether another page takes it. */
  isTaken?: boolean
  isFramed?: boolean
}

interface Outcome {
  /** Whether it is finished here. */
  isFinished: boolean
  result: CallbackResult | undefined | 'pending'
  /** How often it was told to the page that opened this one. */
  told: number
}

const test = base.extend<{ arrive: (given: Given) => Promise<Outcome> }>({
  arrive: async ({ globals }, use) => {
    globals.storage('localStorage')
    globals.storage('sessionStorage')
    globals.give('BroadcastChannel', undefined)
    globals.give('origin', app)
    globals.give('close', () => {})
    // Whatever the page waits for is over soon; what the runner of the tests waits for is not.
    const { setTimeout: wait } = globalThis
    globals.give('setTimeout', (work: () => void, ms = 0) => wait(work, ms > 10_000 ? ms : 0))
    await use(async ({ purpose, isTaken = false, isFramed = false }) => {
      const href = `${clean}?code=secret&state=${writeState(purpose, 'abcdef', `${(count += 1)}`)}`
      globals.at(href)
      let [told, isFinished] = [0, false]
      const opener = {}
      const say = (data: string): void =>
        globals.happens('message', { data, source: opener, origin: app })
      globals.give('parent', isFramed ? {} : globalThis)
      globals.give('opener', opener)
      globals.give('postMessage', () => {
        told += 1
        if (isTaken) say('taken')
      })
      const vault: Partial<Vault> = {
        callback: async () => ((isFinished = true), { snapshot: signedIn() }),
      }
      const config = { key: 'https://id.example app', redirectUri: clean, resources: [] }
      const told30TurnsAgo = async (): Promise<'pending'> => {
        await expect.poll(() => told).toBe(1)
        for (let turn = 0; turn < 30; turn += 1) await new Promise((next) => wait(next, 1))
        return 'pending'
      }
      const finished = callback(config, vault as Vault, href)
      const ends = purpose === 'redirect' ? [finished] : [finished, told30TurnsAgo()]
      const result = await Promise.race(ends)
      return { isFinished, result, told }
    })
  },
})

const here = { isFinished: true, result: { snapshot: signedIn() } }
const nowhere = { isFinished: false, result: 'pending' }

for (const [what, given, outcome] of [
  ['of a popup is taken by its page', { isTaken: true }, { isFinished: false, result: undefined }],
  ['of a popup that no page takes is finished there', {}, here],
  ['of a popup that has come into a frame is finished there', { isFramed: true }, here],
  [
    'of a frame that no page takes is finished nowhere',
    { isFramed: true, purpose: 'iframe' },
    nowhere,
  ],
  ['of a frame that came into a tab is finished there', { purpose: 'iframe' }, here],
] as const)
  test(`an answer ${what}`, async ({ arrive }) => {
    expect(await arrive({ purpose: 'popup', ...given })).toEqual({ ...outcome, told: 1 })
  })

test('an answer of a redirect is offered to no other page', async ({ arrive }) => {
  expect(await arrive({ purpose: 'redirect', isTaken: true })).toEqual({ ...here, told: 0 })
})
