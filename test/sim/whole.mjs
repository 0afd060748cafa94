// The whole simulation: `node test/sim/whole.mjs` (a million refresh cycles), with `--cycles N` as
// many as that; `--seed N` tells the life of one world, step by step; `--clients N` prints the table of
// docs/scale.md from so many clients.
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
