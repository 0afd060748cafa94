// The recipes of docs/backend-servers.md and docs/backend-store.md as the files of an app, next to the package.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformWithOxc } from 'vite'
import { block } from './doc-snippets.js'
import { linkPackages } from './packages.js'

const root = join(import.meta.dirname, '../..')

/** The page that has the recipe of this heading. */
const pageOf = (heading: string): string =>
  heading === 'Redis' || heading === 'Keyv' ? 'docs/backend-store.md' : 'docs/backend-servers.md'

/**
 * Write recipes into a folder, as a build leaves them.
 *
 * @param headings of the recipes, by the files that have them
 * @param change what the app has in place of what the documentation says
 * @returns the folder of the app
 */
export async function backendApp(
  folder: string,
  headings: Readonly<Record<string, string>>,
  change: (code: string) => string,
): Promise<string> {
  mkdirSync(folder, { recursive: true })
  linkPackages(folder)
  const app = join(folder, 'app')
  mkdirSync(join(app, 'node_modules'), { recursive: true })
  symlinkSync(root, join(app, 'node_modules/pixy-auth'), 'junction')
  writeFileSync(join(app, 'package.json'), '{ "type": "module", "private": true }')
  for (const [file, heading] of Object.entries(headings)) {
    const written = change(block(pageOf(heading), heading, 'ts').code)
    const { code } = await transformWithOxc(written, `${file}.ts`)
    writeFileSync(join(app, `${file}.js`), code.replace(/ from "(\.\/\w+)"/g, ' from "$1.js"'))
  }
  return app
}
