import type { MockServer } from '../../src/testing/index.js'
import type { TraceStep } from '../../src/trace.js'
import { expect, test, type Tab } from '../support/fixture.js'
import { button, click, ends } from '../support/popup.js'
import { picturesOf } from '../support/reports.js'
import type { Api } from '../support/servers.js'
import { demanded, want } from '../support/step-up.js'
import { traced, untilTraced } from '../support/trace.js'
import { test as withBackend } from '../support/with-backend.js'

// The report of each flow is replayed as the same picture: lanes, order, labels, times and reasons.

/** The picture of what this tab has told, with this step in it. */
async function replays(tab: Tab, step: TraceStep): Promise<void> {
  const events = await untilTraced(tab, step)
  const { drawn, replayed } = picturesOf(events)
  expect(replayed).toBe(drawn)
}

interface Room {
  readonly app: Tab
  readonly api: Api
  readonly server: MockServer
}

const flows: [name: string, step: TraceStep, work: (room: Room) => Promise<unknown>][] = [
  [
    'a popup',
    'tokens',
    async ({ app }) => {
      await button(app)
      await click(app)
      await ends(app, 'signed-in')
    },
  ],
  [
    'a hidden frame',
    'tokens',
    ({ app }) => app.attempt(() => window.auth.signIn({ via: 'iframe' }).then(() => 'done')),
  ],
  [
    'a step-up',
    'step-up',
    async ({ app, api, server }) => {
      await app.signIn()
      await traced(app)
      want(api, server, { maxAge: 0 })
      await demanded(app, `${api.url}me`)
    },
  ],
  [
    'a refresh',
    'refresh',
    async ({ app }) => {
      await app.signIn()
      await traced(app)
      await app.refresh()
    },
  ],
  [
    'a sign-out',
    'sign-out',
    async ({ app }) => {
      await app.signIn()
      await traced(app)
      await app.signOut({ local: true })
    },
  ],
  [
    'an error of the server',
    'refresh',
    async ({ app, server }) => {
      await app.signIn()
      await traced(app)
      server.fail('token', { status: 400, body: () => ({ error: 'invalid_grant' }) })
      await app.refresh()
    },
  ],
]

test.describe('the tokens in the page', () => {
  // As a page with an embedder policy wants it of the server's frame.
  test.beforeEach(({ servers }) => void (servers.embeds = true))
  test.afterEach(({ servers }) => void (servers.embeds = false))

  for (const [name, step, work] of flows)
    test(`${name} is replayed as the same picture`, async ({ app, api, server }) => {
      await app.open()
      await traced(app)
      await work({ app, api, server })
      await replays(app, step)
    })
})

for (const [name, path, lane] of [
  ['tokens of a backend', 'rest', 'resource server'],
  ['calls through a backend', 'orders', 'backend'],
] as const)
  withBackend(`${name} are replayed as the same picture`, async ({ app, api }) => {
    await app.open('/')
    await app.signIn()
    await traced(app)
    await app.fetch(`${api.origin}/${path}/1`)
    await replays(app, 'call')
    expect((await traced(app)).findLast(({ step }) => step === 'call')?.to).toBe(lane)
  })
