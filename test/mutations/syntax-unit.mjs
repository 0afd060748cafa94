// Run by syntax.mjs in a process of its own, as a mutant may go on for ever. Says which tests reach
// which mutants, then by which test each is killed.
import { readFileSync, readdirSync } from 'node:fs'
import { bundle } from './spec.mjs'

/** @typedef {{ file: string, name: string, time: number }} Near a test that reaches a mutant */

// Nothing of this ends the process; what is not caught while a test runs makes it red.
let strays = 0
process.on('unhandledRejection', () => void (strays += 1))
process.on('uncaughtException', () => void (strays += 1))

/** @param {import('./spec.mjs').Spec} spec @param {import('./spec.mjs').Test} test */
async function isRed(spec, test) {
  const before = strays
  const isFailed = await spec.isRed(test)
  await new Promise((turn) => setImmediate(turn))
  return isFailed || strays > before
}

const folder = new URL(`file://${process.cwd()}/`)
// Of the simulation: one that takes no random seed, and one that takes every order.
const simulated = /in 20 tabs|do not hear each other/
const slow = /^(fuzz-|sim\b)/
const isSlow = process.argv.includes('--slow')
const only = /^--specs=(.+)$/m.exec(process.argv.join('\n'))?.[1]?.split(',')
/** @type {Map<string, () => import('./spec.mjs').Spec>} */
const specs = new Map()
let on = ''
/** @type {Set<string>} */
const reached = new Set()
const mutated = (/** @type {string} */ name) => {
  reached.add(name)
  return name === on
}
Object.assign(globalThis, { mutated })

async function readSpecs() {
  for (const name of readdirSync(new URL('test/unit/', folder))) {
    const source = readFileSync(new URL(`test/unit/${name}`, folder), 'utf8')
    if (only ? !only.includes(name.replace('.spec.ts', '')) : !isSlow && slow.test(name)) continue
    if (
      !/support\/(vault|guard|page|start)\b|src\/(vault|page|auth|config)|sim\/vault/.test(source)
    )
      continue
    const file = `unit/${name}`
    try {
      const make = await bundle(file, undefined, folder)
      make()
      specs.set(file, make)
    } catch {
      // What reads files by its own place cannot be bundled.
    }
  }
}

/** The tests that reach each mutant, the quickest first. */
async function reach() {
  /** @type {Record<string, Near[]>} */
  const all = {}
  for (const [file, make] of specs) {
    reached.clear()
    const started = Date.now()
    const spec = make()
    const atImport = [...reached]
    for (const test of spec.tests) {
      const { name } = test
      if (file === 'unit/sim.spec.ts' && !simulated.test(name)) continue
      reached.clear()
      const began = Date.now()
      const isBroken = await isRed(spec, test)
      const time = Date.now() - began
      if (isBroken) console.log(`LEFT OUT  ${file}: ${name}`)
      else
        for (const mutant of [...atImport, ...reached])
          (all[mutant] ??= []).push({ file, name, time })
    }
    console.log(`${file}: ${spec.tests.length} tests, ${Date.now() - started} ms`)
  }
  for (const near of Object.values(all)) near.sort((one, other) => one.time - other.time)
  return all
}

/** @param {string} mutant @param {Near[]} near @returns {Promise<string>} the test that is red, or '' */
async function judge(mutant, near) {
  const made = new Map()
  on = mutant
  try {
    for (const { file, name } of near) {
      if (!made.has(file)) {
        try {
          made.set(file, specs.get(file)?.())
        } catch {
          return `${file} does not load`
        }
      }
      /** @type {import('./spec.mjs').Spec} */
      const spec = made.get(file)
      const test = spec.tests.find((one) => one.name === name)
      // Once more, as what is not caught may be left of the mutant before.
      if (!test || ((await isRed(spec, test)) && (await isRed(spec, test))))
        return `${file}: ${name}`
    }
    return ''
  } finally {
    on = ''
  }
}

await readSpecs()
process.on('message', (/** @type {{ mutant: string, near: Near[] } | undefined} */ given) => {
  const { mutant = '', near = [] } = given ?? {}
  void (mutant ? judge(mutant, near) : reach()).then((answer) => process.send?.(answer))
})
process.send?.('ready')
