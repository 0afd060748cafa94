import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { packageFolder } from '../recipes/packages.js'

const root = join(import.meta.dirname, '../..')
const samples = join(root, 'test/migrate')

/** The sample apps: each is named after its library, and after the framework of its components. */
export const apps: readonly string[] = readdirSync(samples)

/** The library of a sample app. */
export const libraryOf = (app: string): string => app.replace(/-(?:vue|svelte)$/, '')

/** The exit code of the command, and what it printed. */
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

/** Make an app of these files, with the packages installed that read them. */
export function newApp(folder: string, files: Record<string, string>): App {
  installReader(folder)
  return withFiles(folder, files)
}

/** Install in a folder the packages that read scripts, and components of Vue and Svelte. */
export function installReader(folder: string): void {
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  const own = join(root, 'node_modules/vue')
  for (const path of [own, packageFolder('svelte'), packageFolder('ts-morph')])
    symlinkSync(path, join(folder, 'node_modules', basename(path)), 'junction')
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
export const sample = (app: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(samples, app)).map((name) => [
      name,
      readFileSync(join(samples, app, name), 'utf8'),
    ]),
  )
