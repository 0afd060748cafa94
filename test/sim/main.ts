import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { figures, table } from './scale.js'
import { bundle, compile } from './vault.js'
import { World } from './world.js'
import { cycles, live, merge, nothing, tabsOf, type Sum } from './worlds.js'

interface Share {
  readonly script: string
  readonly enough: number
  readonly first: number
  readonly step: number
}

/** Run one world and print every step. */
async function replay(seed: number, tabs: number): Promise<void> {
  const load = compile(await bundle())
  const log = (line: string): void => console.log(line)
  const fate = await new World({ load, seed, tabs, cycles, log }).run()
  console.log(fate)
  process.exitCode = fate.violations.length > 0 ? 1 : 0
}

/** Run many worlds on all processors, until they have had enough cycles. */
async function whole(enough: number): Promise<void> {
  const threads = availableParallelism()
  const script = await bundle()
  const start = Date.now()
  const share = (first: number): Promise<Sum> =>
    new Promise((resolve, reject) => {
      const data: Share = { script, enough: enough / threads, first, step: threads }
      const worker = new Worker(import.meta.filename, { workerData: data })
      worker.on('message', resolve)
      worker.on('error', reject)
    })
  const sum = nothing()
  const shares = Array.from({ length: threads }, (_, index) => share(index + 1))
  for (const part of await Promise.all(shares)) merge(sum, part)
  const seconds = Math.round((Date.now() - start) / 1000)
  console.log(sum)
  console.log(`${sum.cycles} cycles in ${seconds} s, ${sum.violations.length} violations`)
  process.exitCode = sum.violations.length > 0 ? 1 : 0
}

if (isMainThread) {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      tabs: { type: 'string' },
      cycles: { type: 'string' },
      clients: { type: 'string' },
    },
  })
  const seed = Number(values.seed ?? 0)
  if (values.clients) console.log(table(await figures(Number(values.clients))))
  else if (seed) await replay(seed, Number(values.tabs ?? tabsOf(seed)))
  else await whole(Number(values.cycles ?? 1_000_000))
} else {
  const { script, enough, first, step } = workerData as Share
  parentPort?.postMessage(await live(compile(script), enough, first, { step }))
}
