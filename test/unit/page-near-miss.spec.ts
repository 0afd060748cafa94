import { expect } from '@playwright/test'
import { resolveResource } from '../../src/lib/resources.js'
import type { Start } from '../../src/page/client.js'
import { tellNearMiss } from '../../src/page/optional/near-miss.js'
import type { TraceEvent } from '../../src/trace.js'
import { test as base } from '../support/page.js'

// What the developer is told of a call that got no token.

interface Told {
  /** Of the trace. */
  events: TraceEvent[]
  /** In the console. */
  warnings: string[]
}

const app = 'https://app.example'
const api = 'https://api.example'

const test = base.extend<{
  call: (href: string, answer?: Promise<Response>, resources?: string[]) => Promise<Told>
}>({
  call: async ({ globals }, use) => {
    globals.give('document', { baseURI: `${app}/` })
    await use(async (href, answer, resources = [`${api}/orders`, '/api']) => {
      const told: Told = { events: [], warnings: [] }
      globals.give('console', { ...console, warn: (text: string) => told.warnings.push(text) })
      const resolved = resources.map((one) => resolveResource(one, app))
      const page: Partial<Start> = {
        config: () => ({ key: 'app', redirectUri: app, resources: resolved }),
        ear: { opened: () => {}, event: (event) => void told.events.push(event) },
      }
      await tellNearMiss(page as Start, href, answer)
      return told
    })
  },
})

const answer = (status: number): Promise<Response> =>
  Promise.resolve(new Response(null, { status }))

for (const [what, href, status, isTold, isWarned] of [
  ['401 beside an entry', `${api}/users`, 401, true, true],
  ['500 beside an entry', `${api}/users`, 500, true, true],
  ['200 beside an entry', `${api}/users`, 200, false, false],
  ['401 at another origin', 'https://else.example/', 401, true, false],
  ['403 at another origin', 'https://else.example/', 403, true, false],
  ['404 at another origin', 'https://else.example/', 404, false, false],
  ['401 of an entry, whose call has a token', `${api}/orders/1`, 401, false, false],
  ['401 of a path of the page', '/user', 401, true, true],
  ['401 of no URL', 'https://[', 401, false, false],
] as const)
  test(`${what} is ${isTold ? '' : 'not '}reported`, async ({ call }) => {
    const { events, warnings } = await call(href, answer(status))
    expect(events.map(({ error }) => error)).toEqual(isTold ? ['url_not_allowed'] : [])
    expect(warnings).toHaveLength(isWarned ? 1 : 0)
  })

test('the trace has the origin and the status of the call, not its path', async ({ call }) => {
  const { events } = await call(`${api}/users/secret`, answer(401))
  expect(events[0]?.detail).toEqual({ method: 'other', url: `${api}/`, status: 401, token: 'none' })
})

test('a call that failed is reported, too', async ({ call }) => {
  const { events } = await call(`${api}/users`, Promise.reject(new TypeError('no network')))
  expect(events[0]).toMatchObject({ error: 'url_not_allowed', detail: { url: `${api}/` } })
  expect(events[0]?.detail).not.toHaveProperty('status')
})

for (const [href, resources, nearest] of [
  [`${api}/orders-2/1`, [`${api}/users/of/the/shop`, `${api}/orders`], `${api}/orders`],
  [`${api}/user`, [`${api}/orders/of/the/shop`, `${api}/users`], `${api}/users`],
] as const)
  test(`nearest to ${href} is ${nearest}`, async ({ call }) => {
    const { warnings } = await call(href, answer(401), [...resources])
    expect(warnings).toEqual([expect.stringContaining(`the nearest is "${nearest}"`)])
  })

test('the trace says that `resources` is empty', async ({ call }) => {
  const { events, warnings } = await call(`${api}/users`, undefined, [])
  expect(events).toMatchObject([{ error: 'config', hint: expect.stringContaining('it is empty') }])
  expect(warnings).toEqual([])
})
