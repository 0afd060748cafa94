// `npm test`, from a fresh clone to the last line: dependencies, checks, package, browsers, tests.
// Every import waits its turn: an old Node must get to the message, and node_modules may be missing.
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

let counted = false
process.on('exit', () => {
  if (!counted) console.log('0 passed, 1 failed')
})

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`pixy-auth needs Node 20.19 or newer; this is ${process.versions.node}`)
  process.exit(1)
}

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const { installed } = await import('./install.mjs')
await installed()

const { check, suite } = await import('./steps.mjs')
await check()

const { browsers } = await import('./browsers.mjs')
const result = await suite(await browsers())
counted = result.counted
process.exitCode = result.code
