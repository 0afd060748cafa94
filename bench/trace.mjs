// `node bench/trace.mjs [rounds] [calls]`: measures what a listener of `auth.trace()` costs a call of `auth.fetch`. The
// clients take turns in one page, so that other work of the machine disturbs all of them alike. A second client without
// a listener shows how much two measurements of the same thing differ.
import { built } from '../scripts/built.mjs'
import { build, OURS } from './build.mjs'
import { home, newContext, signIn, startWorld, visit } from './world.mjs'

/** @import { CDPSession, Page } from '@playwright/test' */

/** @typedef {{ time: number, work: number }} Block microseconds of a call */

const [rounds = 100, calls = 20] = process.argv.slice(2).map(Number)
const SIDES = /** @type {const} */ (['plain', 'again', 'heard'])

await built()
const world = await startWorld({ delay: 0, engine: 'chromium', isSecure: false })
await build(OURS, { issuer: world.provider.issuer, api: world.api })
const context = await newContext(world)
const page = await context.newPage()
await visit(page, home(world, OURS))
await signIn(page)
await addClients(page)
const session = await context.newCDPSession(page)
await session.send('Performance.enable', { timeDomain: 'threadTicks' })

/** @type {Record<typeof SIDES[number], Block[]>} */
const blocks = { plain: [], again: [], heard: [] }
// The first rounds only warm up.
for (let round = -3; round < rounds; round++)
  for (const turn of SIDES.keys()) {
    // Change the order: a client pays for the garbage that the client before it left.
    const side = SIDES[(round + 3 + (round % 2 ? turn : 2 * turn)) % 3] ?? 'plain'
    const measured = await block(side)
    if (round >= 0) blocks[side].push(measured)
  }
await context.close()
await world.close()

console.log(`Median of ${rounds} blocks of ${calls} calls to an API on this machine`)
for (const [of, title] of /** @type {const} */ ([
  ['time', 'until the answer is there'],
  ['work', 'main thread, CPU'],
])) {
  const [plain = NaN, again = NaN, heard = NaN] = SIDES.map((side) => median(blocks[side], of))
  const ratio = (/** @type {number} */ us) =>
    `${us.toFixed(0)} µs, ${(us / plain).toFixed(3)} times`
  console.log(
    `${title}: ${plain.toFixed(0)} µs; with a listener ${ratio(heard)}; again without ${ratio(again)}`,
  )
}

/** @param {Block[]} list @param {keyof Block} of */
function median(list, of) {
  const values = list.map(({ [of]: value }) => value).toSorted((a, b) => a - b)
  return values[values.length >> 1] ?? NaN
}

/** @param {Page} page */
function addClients(page) {
  return page.evaluate(async () => {
    const { app, makeApp } = globalThis
    const [again, heard] = [makeApp(), makeApp()]
    await again.start()
    await heard.start()
    await new Promise((told) => heard.trace?.(() => told(undefined)))
    globalThis.sides = { plain: app, again, heard }
  })
}

/**
 * The time of a call as its caller sees it, and its work on the main thread until all events are emitted.
 *
 * @param {typeof SIDES[number]} side
 * @returns {Promise<Block>}
 */
async function block(side) {
  const before = await worked(session)
  const time = await page.evaluate(async ([side, url, calls]) => {
    const { fetch } = globalThis.sides[side]
    const began = performance.now()
    for (let done = 0; done < calls; done++) await (await fetch?.(url))?.text()
    const ms = performance.now() - began
    await new Promise((done) => setTimeout(done, 100))
    return (1000 * ms) / calls
  }, /** @type {const} */ ([side, world.api, calls]))
  return { time, work: (1e6 * ((await worked(session)) - before)) / calls }
}

/** @param {CDPSession} session */
async function worked(session) {
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN
}
