// Runs before `npm publish`: package.json must name the owner of the package.
import { readFileSync } from 'node:fs'

const names = ['homepage', 'repository', 'bugs', 'funding']

/** The members of the manifest that still have the placeholder. @param {Record<string, unknown>} manifest */
export const unfilled = (manifest) =>
  names.filter((name) => /\bOWNER\b/.test(JSON.stringify(manifest[name] ?? 'OWNER')))

if (process.argv[1] === import.meta.filename) {
  const path = new URL('../package.json', import.meta.url)
  const left = unfilled(JSON.parse(readFileSync(path, 'utf8')))
  if (left.length > 0) {
    console.error(`Replace OWNER in package.json: ${left.join(', ')}.`)
    process.exit(1)
  }
}
