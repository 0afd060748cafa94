import { expect, test } from '@playwright/test'
import { checkReport } from '../support/reports.js'

const { fetch } = globalThis
test.afterEach(() => void (globalThis.fetch = fetch))

// `node test/reports.mjs` does the same for 10,000 sessions.

test('no secret is in the reports of fuzzed sessions, and each is replayed as the same picture', async () => {
  const sessions = Array.from({ length: 60 }, (_, at) => checkReport(at + 1))
  const events = (await Promise.all(sessions)).flat()
  const seen = new Set(events.map(({ step, outcome }) => `${step} ${outcome}`))
  // They come to each step of this tab, and to its failure.
  for (const step of ['callback', 'exchange', 'refresh', 'userinfo', 'call', 'tokens'])
    for (const outcome of ['ok', 'failed']) expect([...seen]).toContain(`${step} ${outcome}`)
  for (const step of [
    'retry',
    'step-up',
    'answer',
    'par',
    'sign-out',
    'store',
    'authorize',
    'login',
  ])
    expect([...seen]).toContain(`${step} ok`)
})
