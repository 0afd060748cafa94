// Which mutants do not compile. All at once: each is a copy of its file beside it, and every export says
// its type (`isolatedDeclarations`), so that what is wrong with a mutant is wrong in its own file.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../scripts/run.mjs'
import { copy } from './copy.mjs'
import { root } from './defences.mjs'

/** @typedef {import('./mutants.mjs').Mutant} Mutant */

// What is not used any more compiles. Statements that are never reached are what a mutant is about.
const lax = ['--noUnusedLocals', 'false', '--noUnusedParameters', 'false', '--pretty', 'false']

/** @param {readonly Mutant[]} mutants @returns {Promise<Map<string, string>>} the errors, by name */
export async function uncompiled(mutants) {
  const folder = await copy()
  try {
    mutants.forEach(({ file, text }, at) =>
      writeFileSync(join(folder, file.replace(/\.ts$/, `.mutant${at}.ts`)), text),
    )
    const errors = new Map()
    for (const project of ['.', 'src/vault']) {
      const args = ['--noEmit', '-p', project, ...lax]
      const command = fileURLToPath(new URL('node_modules/.bin/tsc', root))
      const { output } = await run(command, args, { limit: 600, cwd: new URL(`file://${folder}/`) })
      for (const line of output.split('\n')) {
        const [, at, message = ''] = /\.mutant(\d+)\.ts\(.*?(error TS.*)/.exec(line) ?? []
        const mutant = mutants[Number(at ?? NaN)]
        if (mutant) errors.set(mutant.name, message)
        else if (/error TS/.test(line)) throw new Error(line)
      }
    }
    return errors
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
