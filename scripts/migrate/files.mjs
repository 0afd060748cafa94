// Finds the files of an app that the command reads, and those with changes that git does not have.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

const SCRIPT = /(?<!\.d)\.[cm]?[jt]sx?$/
/** Files with code that this tool cannot change. */
const OTHER = /\.(?:astro|html)$/
const COMPONENT = /\.(?:vue|svelte)$/
const LEFT_OUT = /^(?:node_modules|dist|build|out|coverage|\..+)$/

/**
 * Every file below a folder, or the file itself.
 *
 * @param {string} path
 * @returns {string[]}
 */
const below = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => !LEFT_OUT.test(name))
        .toSorted()
        .flatMap((name) => below(join(path, name)))
    : [path]

/**
 * @param {string} folder of the app
 * @param {readonly string[]} paths
 */
export function findFiles(folder, paths) {
  const missing = paths.filter((path) => !existsSync(join(folder, path)))
  const all = missing.length > 0 ? [] : paths.flatMap((path) => below(join(folder, path)))
  return {
    missing,
    scripts: all.filter((path) => SCRIPT.test(path)),
    components: all.filter((path) => COMPONENT.test(path)),
    others: all.filter((path) => OTHER.test(path)),
  }
}

/** The files that import one of these packages. @param {readonly string[]} files @param {readonly string[]} packages */
export const importers = (files, packages) =>
  files.filter((path) => {
    const text = readFileSync(path, 'utf8')
    return packages.some((name) => text.includes(`'${name}'`) || text.includes(`"${name}"`))
  })

/**
 * The files that name one of these packages, in an import or in the address of a script.
 *
 * @param {readonly string[]} files
 * @param {readonly string[]} packages
 */
export const mentioning = (files, packages) =>
  files.filter((path) => {
    const text = readFileSync(path, 'utf8')
    return packages.some((name) => text.includes(name.slice(name.indexOf('/') + 1)))
  })

/**
 * The files among these whose content git could not restore. Without git the list is empty.
 *
 * @param {string} folder
 * @param {readonly string[]} files
 */
export function uncommitted(folder, files) {
  const git = (/** @type {string[]} */ ...args) =>
    execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  try {
    const top = git('rev-parse', '--show-toplevel').trim()
    const status = git(
      'status',
      '--porcelain',
      '-z',
      '--untracked-files=all',
      '--',
      ...files,
    ).split('\0')
    const changed = new Set(status.map((line) => join(top, line.slice(3))))
    return files.filter((path) => changed.has(path)).map((path) => relative(folder, path))
  } catch {
    return []
  }
}
