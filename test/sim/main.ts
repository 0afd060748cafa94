Error.stackTraceLimit = 0
import { bundle, compile } from './vault.js'
import { World } from './world.js'

const [seed = 1, tabs = 5, cycles = 200] = process.argv.slice(2).map(Number)
const load = compile(await bundle())
const log = process.env.LOG ? (line: string) => console.log(line) : undefined
for (let s = seed; s < seed + Number(process.env.N ?? 1); s++) {
  const start = Date.now()
  const fate = await new World({ load, seed: s, tabs, cycles, ...(log && { log }) }).run()
  console.log(s, JSON.stringify(fate), ((Date.now() - start) * 1000) / fate.cycles, 'us/cycle')
}
