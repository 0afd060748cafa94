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

/** Cycles after which a line reports the progress, so that a run that is stopped early still has a result. */
const slice = 20_000

/** Run a share of the worlds in its own thread. @param tell gets the result of each slice */
function inThread(share: Share, tell: (part: Sum) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    // Most objects live only briefly. With more memory for young objects, their collection takes a third of the time.
    const resourceLimits = { maxYoungGenerationSizeMb: 128 }
    const worker = new Worker(import.meta.filename, { workerData: share, resourceLimits })
    worker.on('message', tell)
    worker.on('error', reject)
    worker.on('exit', () => resolve())
  })
}

/** Run many worlds on all processors, until they have had enough cycles. */
async function whole(enough: number, first: number, rates: Rates): Promise<void> {
  const threads = rates.step
  const script = await bundle()
  const start = Date.now()
  const sum = nothing()
  const told = (): string => {
    const seconds = Math.round((Date.now() - start) / 1000)
    const { cycles, worlds, last, violations } = sum
    return `${cycles} cycles of ${worlds} worlds, seeds ${first} to ${last}, in ${seconds} s: ${violations.length} violations`
  }
  const tell = (part: Sum): void => {
    merge(sum, part)
    for (const violation of part.violations) console.log(violation)
    console.log(told())
  }
  const shares = Array.from({ length: threads }, (_, index) =>
    inThread({ script, enough: enough / threads, first: first + index, rates }, tell),
  )
  await Promise.all(shares)
  console.log(sum)
  console.log(`rate ${rates.rate}, strikes × ${rates.strikes}: ${told()}`)
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
  const load = compile(script)
  for (let next = first, left = enough, most = rates.most; left > 0 && most > 0;) {
    const part = await live(load, Math.min(left, slice), next, { ...rates, most })
    parentPort?.postMessage(part)
    left -= part.cycles
    most -= part.violations.length
    next = part.last + rates.step
  }
}
