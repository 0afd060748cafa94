import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { explore, type Budget } from './model.js'
import { figures, table } from './scale.js'
import { bundle, compile } from './vault.js'
import { World, type Piece } from './world.js'
import { cycles, live, merge, nothing, tabsOf, type Rates, type Sum } from './worlds.js'

interface Share {
  readonly script: string
  readonly enough: number
  readonly first: number
  readonly rates: Rates
}

/** Run one world and print every step. */
async function replay(seed: number, tabs: number, rates: Rates): Promise<void> {
  const load = compile(await bundle())
  const { rate, strikes, without } = rates
  const log = (line: string): void => console.log(line)
  const fate = await new World({ load, seed, tabs, cycles, log, rate, strikes, without }).run()
  console.log(fate)
  process.exitCode = fate.violations.length > 0 ? 1 : 0
}

/** Run many worlds on all processors, until they have had enough cycles. */
async function whole(enough: number, first: number, rates: Rates): Promise<void> {
  const threads = rates.step
  const script = await bundle()
  const start = Date.now()
  const share = (first: number): Promise<Sum> =>
    new Promise((resolve, reject) => {
      const data: Share = { script, enough: enough / threads, first, rates }
      const worker = new Worker(import.meta.filename, { workerData: data })
      worker.on('message', resolve)
      worker.on('error', reject)
    })
  const sum = nothing()
  const shares = Array.from({ length: threads }, (_, index) => share(first + index))
  for (const part of await Promise.all(shares)) merge(sum, part)
  const seconds = Math.round((Date.now() - start) / 1000)
  console.log(sum)
  console.log(`${sum.cycles} cycles in ${seconds} s, ${sum.violations.length} violations`)
  process.exitCode = sum.violations.length > 0 ? 1 : 0
}

const plain: Budget = { deaths: 0, freezes: 0, rushes: 0, isSilent: true }
const budgets: Readonly<Record<string, Budget>> = {
  plain,
  channel: { ...plain, isSilent: false },
  deaths: { ...plain, deaths: 1 },
  freezes: { ...plain, freezes: 1 },
  rushes: { ...plain, rushes: 1 },
  twice: { ...plain, deaths: 2 },
  all: { ...plain, deaths: 1, freezes: 1, rushes: 1 },
}

if (isMainThread) {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      tabs: { type: 'string' },
      cycles: { type: 'string' },
      clients: { type: 'string' },
      model: { type: 'string' },
      from: { type: 'string', default: '1' },
      threads: { type: 'string', default: String(availableParallelism()) },
      rate: { type: 'string', default: '0.05' },
      strikes: { type: 'string', default: '1' },
      without: { type: 'string', multiple: true, default: [] },
      most: { type: 'string', default: '5' },
    },
  })
  const seed = Number(values.seed ?? 0)
  const rates = {
    step: Number(values.threads),
    rate: Number(values.rate),
    strikes: Number(values.strikes),
    most: Number(values.most),
    tabs: Number(values.tabs ?? 0),
    without: values.without as Piece[],
  }
  if (values.model)
    console.log(await explore(compile(await bundle()), budgets[values.model] ?? plain))
  else if (values.clients) console.log(table(await figures(Number(values.clients))))
  else if (seed) await replay(seed, Number(values.tabs ?? tabsOf(seed)), rates)
  else await whole(Number(values.cycles ?? 1_000_000), Number(values.from), rates)
} else {
  const { script, enough, first, rates } = workerData as Share
  parentPort?.postMessage(await live(compile(script), enough, first, rates))
}
