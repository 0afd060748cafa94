// Dependencies, installed when node_modules is not what the lockfile asks for.
import { readFileSync } from 'node:fs'
import { run } from './run.mjs'

const root = new URL('../', import.meta.url)

/** Ends the process with one line when npm cannot install. */
export async function installed() {
  if (current()) return
  console.log('installing dependencies (npm ci)')
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund']
  const { code, output } = await run('npm', args, { cwd: root })
  if (code === 0) return
  const reason = /^npm (?:error|ERR!) code (\S+)/m.exec(output)?.[1] ?? `exit code ${code}`
  const remedy =
    reason === 'EUSAGE'
      ? 'package-lock.json does not match package.json: run npm install'
      : 'it needs the network; run it by hand to see more'
  console.error(`npm ci failed (${reason}): ${remedy}`)
  process.exit(1)
}

// By content, not by time: a checkout touches the lockfile without changing it.
function current() {
  const wanted = packages('package-lock.json')
  const present = packages('node_modules/.package-lock.json')
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true
    const found = present[path]
    return found ? found.version === version && found.integrity === integrity : optional
  })
}

/**
 * @param {string} lockfile
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }>}
 */
function packages(lockfile) {
  try {
    return JSON.parse(readFileSync(new URL(lockfile, root), 'utf8')).packages
  } catch {
    return {}
  }
}
