import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { figures } from '../sim/scale.js'
import { bundle, compile, root } from '../sim/vault.js'
import { World } from '../sim/world.js'
import { cycles, live, tabsOf, type Sum } from '../sim/worlds.js'

// The vault itself, with simulated tabs, locks, store, network and server, in virtual time. The whole
// is a million cycles (`node test/sim/whole.mjs`); this is a slice of it, bounded by cycles.

test.describe.configure({ timeout: 600_000 })

/** No violation, in spite of many faults. */
function expectNoHarm(sum: Sum): void {
  expect(sum.violations).toEqual([])
  const faults = Object.values(sum.faults).reduce((all, count) => all + count)
  expect(faults).toBeGreaterThan(sum.presentations / 25)
}

for (const [name, tabs, enough] of [
  ['one tab', 1, 20_000],
  ['two tabs', 2, 14_000],
  ['five tabs', 5, 10_000],
  ['20 tabs', 20, 3000],
  ['50 tabs', 50, 1000],
] as const)
  test(`${enough} refreshes in ${name} with one fault in twenty end no session`, async () => {
    expectNoHarm(await live(compile(await bundle()), enough, tabs * 1_000_000, { tabs }))
  })

test('2000 refreshes from a random seed end no session', async () => {
  const first = randomInt(2 ** 31)
  console.log(`test/sim: from seed ${first} on`)
  expectNoHarm(await live(compile(await bundle()), 2000, first))
})

test('the same seed gives the same world', async () => {
  const load = compile(await bundle())
  const traces = []
  for (const seed of [7, 8, 7]) {
    const lines: string[] = []
    const log = (line: string): void => void lines.push(line)
    const { trace } = await new World({ load, seed, tabs: tabsOf(seed), cycles, log }).run()
    traces.push(`${trace} ${lines.join()}`)
  }
  expect(traces[0]).toBe(traces[2])
  expect(traces[0]).not.toBe(traces[1])
})

// Each takes away one line that keeps the session: soon some world has a violation.
for (const [what, line, instead, violation, tabs = 3] of [
  [
    'a live lease is respected',
    'if (!isDone && leaseAge(lease) < leaseMs)',
    'if (false)',
    'a refresh token was presented',
  ],
  [
    'the age of a lease is told by two clocks',
    'Math.min(...ages(lease))',
    'ages(lease)[0]',
    'twice at once',
    0,
  ],
  [
    'a request leaves under a fresh lease only',
    'Math.max(...ages(lease)) < SEND_WINDOW',
    'true',
    'after it had been renewed',
    0,
  ],
  [
    'what comes late is compared with what is stored',
    'active.refreshToken === sent',
    'true',
    'older refresh token was written',
  ],
  [
    'a grant that overtook is not revoked',
    'if (after?.id !== record.id || !after.ended) return',
    'await revoke(context, record, refreshToken); return',
    'good grant was revoked',
  ],
  ['a token is presented again once', 'tries > 1 &&', 'tries > 9 &&', 'a third time'],
  [
    'a caller waits for a bounded time',
    'withTimeout(config.timeout, refresh().then((run) => run(...request)))',
    'refresh().then((run) => run(...request))',
    'not settled',
  ],
  [
    'a failure ends no session',
    'const tries = attempt.lease.tries + 1;',
    'return endSession(context.session, attempt);',
    'grant was not lost',
  ],
] as const)
  test(`the simulation sees whether ${what}`, async () => {
    const script = await bundle()
    expect(script.split(line)).toHaveLength(2)
    const broken = compile(script.replace(line, instead))
    const { violations } = await live(broken, 40_000, 1, { tabs, most: 1 })
    expect(violations.join()).toContain(violation)
  })

test('docs/scale.md says what the simulation shows', async () => {
  const page = await readFile(`${root}/docs/scale.md`, 'utf8')
  for (const [name, { steady, during, after, peak }] of await figures(400)) {
    const row = page.split('\n').find((line) => line.includes(`| ${name}`)) ?? ''
    const cells = row.split('|').slice(2, -1)
    const told = cells.map((cell) => Number(cell.trim().replaceAll(',', '')))
    for (const [index, rate] of [steady, during, after].entries()) {
      // With so few clients the rate is right within a fifth.
      expect(told[index], `${name}, column ${index + 1}`).toBeGreaterThan(rate * 0.8)
      expect(told[index], `${name}, column ${index + 1}`).toBeLessThan(rate * 1.25)
    }
    if (name.includes('timer')) continue
    expect(told[2], name).toBeLessThanOrEqual(2 * (told[0] ?? 0))
    expect(told[3], name).toBeLessThanOrEqual(2.1 * (told[0] ?? 0))
    expect(after, name).toBeLessThanOrEqual(2 * steady)
    expect(peak, name).toBeGreaterThan(after)
  }
})
