// `node test/reports.mjs [sessions] [first seed]`: the reports of 10,000 fuzzed sessions are searched for every secret that was
// in play, and each is replayed: it must be drawn as the same picture.
import { rolldown } from 'rolldown'

process.chdir(new URL('..', import.meta.url).pathname)
const [count = 10_000, first = 1] = process.argv.slice(2).map(Number)
const build = await rolldown({
  input: 'test/support/reports.ts',
  platform: 'node',
  external: ['@playwright/test'],
})
const file = '.build/reports/main.mjs'
await build.write({ file, format: 'es', codeSplitting: false })
/** @type {typeof import('./support/reports.js')} */
const { checkReports } = await import(new URL(`../${file}`, import.meta.url).href)
let reports = 0
let steps = 0
let faults = 0
let next = first
// Some wait for a server that does not answer: the others go on meanwhile.
const workers = Array.from({ length: 2500 }, async () => {
  while (next < first + count) {
    try {
      const pages = await checkReports(next++)
      reports += pages.length
      steps += pages.flat().length
    } catch (error) {
      faults++
      console.log(error instanceof Error ? error.message : error)
    }
  }
})
await Promise.all(workers)
console.log(
  `${count} sessions, ${reports} reports with ${steps} steps: ${faults} have a secret, or are replayed otherwise`,
)
// Channels to other tabs keep the process alive.
process.exit(faults > 0 ? 1 : 0)
