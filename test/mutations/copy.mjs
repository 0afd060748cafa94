// A copy of the project to change: the sources themselves are never touched.
import { readFileSync, writeFileSync } from 'node:fs'
import { cp, mkdtemp, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../scripts/run.mjs'
import { root } from './defences.mjs'

const here = fileURLToPath(root)
const absent = new Set(['node_modules', 'dist', '.git', '.build', 'test-results'])

/** @returns {Promise<string>} its folder */
export async function copy() {
  const folder = await mkdtemp(join(tmpdir(), 'pixy-mutations-'))
  const filter = (/** @type {string} */ path) => !absent.has(basename(path))
  await cp(here, folder, { recursive: true, filter })
  for (const packages of ['node_modules', 'test/recipes/node_modules'])
    await symlink(join(here, packages), join(folder, packages), 'junction')
  return folder
}

/**
 * What a command of node_modules says while one file of the copy is changed.
 *
 * @param {string} folder
 * @param {import('./spec.mjs').Changed} changed
 * @param {string} name
 * @param {string[]} args
 * @param {string} [page] the one page that the tests need
 */
export async function runChanged(folder, { file, text }, name, args, page = 'main') {
  const path = join(folder, file)
  const source = readFileSync(path, 'utf8')
  writeFileSync(path, text)
  try {
    const cwd = new URL(`file://${folder}/`)
    const command = join(here, 'node_modules/.bin', name)
    const { output } = await run(command, args, { limit: 300, cwd, env: { PIXY_PAGE: page } })
    return output
  } finally {
    writeFileSync(path, source)
  }
}
