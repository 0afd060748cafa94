// node test/mutations/unit.mjs: every defence that a unit spec guards, in seconds. Playwright needs
// two for each.
import { defences, isUnit, root } from './defences.mjs'
import { readSources } from './sources.mjs'
import { load } from './spec.mjs'
import { without } from './without.mjs'

const sources = readSources(root)

/**
 * Whether some test that guards these defences is red.
 *
 * @param {import('./spec.mjs').Spec} spec
 * @param {import('./defences.mjs').Defence[]} defences
 */
async function isMissed(spec, defences) {
  const patterns = defences.map(({ tests: [, , pattern = ''] }) => new RegExp(pattern))
  for (const pattern of patterns)
    if (!spec.tests.some(({ name }) => pattern.test(name))) throw new Error(`No test: ${pattern}`)
  for (const test of spec.tests)
    if (patterns.some((pattern) => pattern.test(test.name)) && (await spec.isRed(test))) return true
  return false
}

// What a mutated vault left behind may fail when no test waits for it any more. What fails here ends the run.
process.on('uncaughtException', () => {})
process.on('unhandledRejection', () => {})

const began = Date.now()
/** @type {string[]} */
const wrong = []
const guarded = defences.filter(isUnit)
try {
  for (const file of new Set(guarded.map(({ tests: [file = ''] }) => file))) {
    const here = guarded.filter(({ tests }) => tests[0] === file)
    // What is red anyway proves nothing.
    if (await isMissed(await load(file), here)) wrong.push(`RED ANYWAY  ${file}`)
    for (const defence of here)
      if (!(await isMissed(await load(file, without(defence, sources)), [defence])))
        wrong.push(`SURVIVED  ${defence.name}`)
  }
} catch (error) {
  wrong.push(String(error))
}
for (const line of wrong) console.log(line)
const seconds = ((Date.now() - began) / 1000).toFixed(1)
console.log(`${guarded.length} defences by their unit specs, ${wrong.length} wrong, ${seconds} s`)
// Not by itself: what a mutated vault was about may go on for ever.
process.exit(wrong.length > 0 || guarded.length === 0 ? 1 : 0)
