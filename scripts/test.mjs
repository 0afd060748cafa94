// `npm test`: everything from a fresh clone on: packages, checks, browsers, tests.
// Imports come late: an old Node must get to the message about its version, and node_modules may still
// be missing.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

// The last line counts the tests, even if the process ends before it runs them.
let counted = false
process.on('exit', () => {
  if (!counted) console.log('0 passed, 1 failed')
})

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`pixy-auth needs Node 20.19 or newer; this is ${process.versions.node}`)
  process.exit(1)
}

const { check } = await import('./check.mjs')
await check()

const { browsers } = await import('./browsers.mjs')
const { redis } = await import('./redis.mjs')
const { suite } = await import('./suite.mjs')
await redis()
const result = await suite(await browsers())
counted = result.counted
process.exitCode = result.code
