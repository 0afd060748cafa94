// `npm test`: from a fresh clone to the last line: packages, checks, browsers, tests.
// Imports come late, so that an old Node gets as far as the message about it, and because
// node_modules may still be missing.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

// The last line says how many tests there were, also where it never came to the tests.
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
