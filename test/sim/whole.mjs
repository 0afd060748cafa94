// The whole simulation: `node test/sim/whole.mjs` runs a million refresh cycles, `--cycles N` as many
// as N. `--seed N` runs one world and prints every step. `--clients N` prints the table of
// docs/scale.md, from N simulated clients.
import { rolldown } from 'rolldown'

process.chdir(new URL('../..', import.meta.url).pathname)
const build = await rolldown({
  input: 'test/sim/main.ts',
  platform: 'node',
  external: ['rolldown'],
})
const file = '.build/sim/main.mjs'
await build.write({ file, format: 'es', codeSplitting: false })
await import(new URL(`../../${file}`, import.meta.url).href)
