import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from '../recipes/packages.js'

const root = join(import.meta.dirname, '../..')
const samples = join(root, 'test/migrate')

/** The libraries that there is a sample app of. */
export const libraries: readonly string[] = readdirSync(samples)

/** What the command said. */
export interface Said {
  readonly code: number | null
  readonly text: string
}

/** An app in a folder of its own. */
export interface App {
  readonly folder: string
  /** Run `pixy-auth` there. */
  readonly run: (...args: string[]) => Said
  /** The text of each of its files, by name. */
  readonly read: () => Record<string, string>
}

/** Make an app of these files, with ts-morph installed. */
export function newApp(folder: string, files: Record<string, string>): App {
  installReader(folder)
  return withFiles(folder, files)
}

/** Install ts-morph in a folder. */
export function installReader(folder: string): void {
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  symlinkSync(packageFolder('ts-morph'), join(folder, 'node_modules/ts-morph'), 'junction')
}

/** Make an app of these files, with nothing installed. */
export function withFiles(folder: string, files: Record<string, string>): App {
  mkdirSync(join(folder, 'src'), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'src', name), text)
  const main = join(root, 'scripts/migrate/main.mjs')
  return {
    folder,
    run(...args) {
      const shell = { cwd: folder, encoding: 'utf8' } as const
      const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], shell)
      return { code: status, text: `${stdout}${stderr}` }
    },
    read: () =>
      Object.fromEntries(
        readdirSync(join(folder, 'src')).map((name) => [
          name,
          readFileSync(join(folder, 'src', name), 'utf8'),
        ]),
      ),
  }
}

/** The files of a sample app. */
export const sample = (library: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(samples, library)).map((name) => [
      name,
      readFileSync(join(samples, library, name), 'utf8'),
    ]),
  )
