// node test/mutations/check.mjs [--update]: which defences are lost or name tests that do not exist, and
// which are found by other names than the list has. With --update the list gets the names of today; look
// at what it changed.
import { defences, root } from './defences.mjs'
import { find, lineOf } from './find.mjs'
import { readSources } from './sources.mjs'
import { missing, readTests } from './tests.mjs'
import { updated, write } from './update.mjs'
import { without } from './without.mjs'

const isUpdate = process.argv.includes('--update')
const sources = readSources(root)
/** @type {import('./defences.mjs').Defence[]} */
const changed = []
/** @type {string[]} */
const wrong = []
try {
  const tests = readTests()
  for (const defence of defences)
    for (const file of missing(defence, tests))
      wrong.push(`“${defence.name}” names a test that is not in ${file}`)
} catch (error) {
  // Amid a change the specs may not load: the defences are found all the same.
  wrong.push(/** @type {Error} */ (error).message)
}
for (const defence of defences)
  try {
    const place = find(defence, sources, { isWide: isUpdate })
    const now = place.isExact ? defence : updated(defence, place, sources)
    if (now !== defence) {
      changed.push(now)
      console.log(`${lineOf(place)}: “${defence.name}”, before in ${defence.in}`)
    }
    without(now, sources)
  } catch (error) {
    wrong.push(/** @type {Error} */ (error).message)
  }
for (const line of wrong) console.log(line)
if (isUpdate) await write(changed)
const outcome = `${changed.length} by other names${isUpdate ? ', which the list has now' : ''}`
console.log(`${defences.length} defences: ${wrong.length} wrong, ${outcome}`)
process.exitCode = wrong.length > 0 ? 1 : 0
