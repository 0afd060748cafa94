// Installs the packages that a lockfile lists, if they are not installed yet.
import { readFileSync } from 'node:fs'
import { run } from './run.mjs'

const root = new URL('../', import.meta.url)

/** The folder with the packages that only the recipes of docs and the apps around the package need. */
export const RECIPES = 'test/recipes'

/**
 * Ends the process with one line when npm cannot install.
 *
 * @param {string} [folder] with a package.json and a lockfile; the root if left out
 */
export async function installed(folder = '.') {
  const path = new URL(`${folder}/`, root)
  if (isCurrent(path)) return
  const command = folder === '.' ? 'npm ci' : `npm ci in ${folder}`
  console.log(`installing packages (${command})`)
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund']
  const { code, output } = await run('npm', args, { cwd: path })
  if (code === 0) return
  const reason = /^npm (?:error|ERR!) code (\S+)/m.exec(output)?.[1] ?? `exit code ${code}`
  const remedy =
    reason === 'EUSAGE'
      ? 'package-lock.json does not match package.json: run npm install there'
      : 'it needs the network; run it by hand to see more'
  console.error(`${command} failed (${reason}): ${remedy}`)
  process.exit(1)
}

/**
 * Whether all packages are installed, by content: a checkout changes the time of a lockfile, not its content.
 *
 * @param {URL} folder
 */
function isCurrent(folder) {
  const wanted = packages(new URL('package-lock.json', folder))
  const present = packages(new URL('node_modules/.package-lock.json', folder))
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true
    const found = present[path]
    return found ? found.version === version && found.integrity === integrity : optional
  })
}

/**
 * @param {URL} lockfile
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }>}
 */
function packages(lockfile) {
  try {
    return JSON.parse(readFileSync(lockfile, 'utf8')).packages
  } catch {
    return {}
  }
}
