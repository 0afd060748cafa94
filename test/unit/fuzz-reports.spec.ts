import { expect, test } from '@playwright/test'
import { checkReports } from '../support/reports.js'

const { fetch } = globalThis
test.afterEach(() => {
  globalThis.fetch = fetch
  Reflect.deleteProperty(globalThis, 'window')
})

// `node test/reports.mjs` does the same for 10,000 sessions.

test('reports of fuzzed sessions hold no secret, and replay as the same picture', async () => {
  const sessions = Array.from({ length: 200 }, (_, at) => checkReports(at + 1))
  // One that goes on after a failure of another would run beside the next test.
  await Promise.allSettled(sessions)
  const events = (await Promise.all(sessions)).flat(2)
  const seen = new Set(events.map(({ step, to, outcome }) => `${step} ${to} ${outcome}`))
  // They come to each step of a tab, and to its failure.
  for (const [steps, to] of [
    ['exchange refresh userinfo', 'authorization server'],
    ['callback tokens', 'client'],
    ['call', 'resource server'],
    // With a backend.
    ['call session token refresh userinfo', 'backend'],
  ] as const)
    for (const step of steps.split(' '))
      for (const outcome of ['ok', 'failed'])
        expect([...seen]).toContain(`${step} ${to} ${outcome}`)
  const steps = [...new Set(events.flatMap(({ step, outcome }) => (outcome === 'ok' ? step : [])))]
  for (const step of [
    'click',
    'retry',
    'step-up',
    'answer',
    'par',
    'sign-out',
    'store',
    'authorize',
    'login',
    'tab',
    'forget',
  ])
    expect(steps).toContain(step)
  const ways = new Set(
    events.map(({ detail, to }) => ('via' in detail ? `${detail.via} ${to}` : '')),
  )
  for (const to of ['authorization server', 'backend'])
    for (const via of ['redirect', 'popup']) expect([...ways]).toContain(`${via} ${to}`)
})
