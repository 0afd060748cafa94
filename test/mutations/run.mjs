// node test/mutations/run.mjs [name]: take each defence away in turn, and demand a red test.
//
// Not by Stryker: 9.6.1 has no runner for Playwright, asks TypeScript for an API that TypeScript 7 has
// not got (it runs if told of a tsconfig.json that is not there), and by its command runner needed 2 min
// 21 s for 39 mutants of two files of 53 lines, by three unit specs: 38 killed, the other one means the
// same. Besides, it changes an operator at a time, where here a whole defence goes.
import { readFileSync, writeFileSync } from 'node:fs'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../scripts/run.mjs'
import { defences, isUnit, root } from './defences.mjs'
import { readSources } from './sources.mjs'
import { without } from './without.mjs'

const here = fileURLToPath(root)
const sources = readSources(root)
const absent = new Set(['node_modules', 'dist', '.git', '.build', 'test-results'])

/** A copy to work in: the sources themselves are never touched. */
async function copy() {
  const folder = await mkdtemp(join(tmpdir(), 'pixy-mutations-'))
  const filter = (/** @type {string} */ path) => !absent.has(basename(path))
  await cp(here, folder, { recursive: true, filter })
  await symlink(join(here, 'node_modules'), join(folder, 'node_modules'), 'junction')
  return folder
}

/**
 * @param {string} folder
 * @param {import('./defences.mjs').Defence} defence
 */
async function judge(folder, defence) {
  const { file, text } = without(defence, sources)
  const path = join(folder, file)
  const source = readFileSync(path, 'utf8')
  writeFileSync(path, text)
  try {
    const [project, page] = isUnit(defence) ? ['unit', ''] : ['chromium', defence.page ?? 'main']
    const args = ['test', `--project=${project}`, '--workers=1', '-x', ...defence.tests]
    const command = join(here, 'node_modules/.bin/playwright')
    const cwd = new URL(`file://${folder}/`)
    const { output } = await run(command, args, { limit: 300, cwd, env: { PIXY_PAGE: page } })
    return output
  } finally {
    writeFileSync(path, source)
  }
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
