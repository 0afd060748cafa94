// node test/mutations/run.mjs [name]: take each defence away in turn, and demand a red test.
//
// Not by Stryker: 9.6.1 has no runner for Playwright, asks TypeScript for an API that TypeScript 7 has
// not got (it runs if told of a tsconfig.json that is not there), and by its command runner needed 2 min
// 21 s for 39 mutants of two files of 53 lines, by three unit specs: 38 killed, the other one means the
// same. Besides, it changes an operator at a time, where here a whole defence goes.
import { rm } from 'node:fs/promises'
import { copy, runChanged } from './copy.mjs'
import { defences, root } from './defences.mjs'
import { readSources } from './sources.mjs'
import { without } from './without.mjs'

const sources = readSources(root)

/**
 * @param {string} folder
 * @param {import('./defences.mjs').Defence} defence
 */
function judge(folder, defence) {
  const isInNode = defence.tests.every((test) => !/^(browser|field)\//.test(test))
  const [project, main] = isInNode ? ['unit', ''] : ['chromium', 'main']
  const { page = main } = defence
  const args = ['test', `--project=${project}`, '--workers=1', '-x', ...defence.tests]
  return runChanged(folder, without(defence, sources), 'playwright', args, page)
}

const [, , wanted = ''] = process.argv
const chosen = defences.filter(({ name }) => name.includes(wanted))
const folder = await copy()
let survived = 0
try {
  for (const defence of chosen) {
    const began = Date.now()
    const output = await judge(folder, defence)
    // A run that came to no test proves nothing.
    const by = /^FAILED {2}\[\w+\] (?:test\/)?(.*)$/m.exec(output)?.[1]
    const seconds = ((Date.now() - began) / 1000).toFixed(1)
    console.log(`${by ? 'killed  ' : 'SURVIVED'} ${seconds.padStart(5)} s  ${defence.name}`)
    if (by) console.log(`                  by ${by.slice(0, 100)}`)
    else console.log(output.slice(-600).replaceAll(/^/gm, '    '))
    if (!by) survived++
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
console.log(`${chosen.length - survived} killed, ${survived} survived`)
process.exitCode = survived > 0 || chosen.length === 0 ? 1 : 0
