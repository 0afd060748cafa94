// The whole simulation: `node test/sim/whole.mjs` runs a million refresh cycles, `--cycles N` as many
// as N, from the seed `--from N` on.
//   --rate 0.2       the share of requests that have a fault
//   --strikes 10     how much more often tabs crash, freeze, sleep or are busy
//   --without disk   leaves a piece of the world out: exits, locks, channel, disk, busy, renewal, apis
//   --most 20        violations after which it ends; --threads 1: processors
//   --seed N         runs one world and prints every step
//   --model deaths   goes through every order of events in which two tabs need one refresh; the
//                    values are plain, channel, deaths, twice, freezes, rushes, all
//   --clients N      prints the table of docs/scale.md, from N simulated clients
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
