import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'

interface Manifest {
  readonly version: string
  readonly license: string
  readonly exports: Readonly<Record<string, string | { readonly types?: string }>>
  readonly imports: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

const root = `${import.meta.dirname}/../..`
const read = (name: string): Manifest =>
  JSON.parse(readFileSync(`${root}/${name}`, 'utf8')) as Manifest
const [npm, jsr] = [read('package.json'), read('jsr.json')]

test('jsr.json has the version and the entries of package.json', () => {
  expect([jsr.version, jsr.license]).toEqual([npm.version, npm.license])
  const entries = Object.entries(npm.exports).flatMap(([entry, it]) =>
    typeof it === 'string'
      ? []
      : [[entry, it.types?.replace(/^\.\/dist\/(.+)\.d\.ts$/, './src/$1.ts')]],
  )
  // The plugin reads the files that are built for npm.
  const { './vite': plugin, ...rest } = Object.fromEntries(entries) as Record<string, string>
  expect(plugin).toBe('./src/vite/index.ts')
  expect(jsr.exports).toEqual(rest)
  for (const path of Object.values(rest)) expect(existsSync(`${root}/${path}`), path).toBe(true)
})

test('jsr.json has the dependencies of package.json, and peers in any version', () => {
  const { 'ts-morph': _, vite: __, ...peers } = npm.peerDependencies
  const any = Object.fromEntries(Object.keys(peers).map((name) => [name, '*']))
  const wanted = Object.entries({ ...any, ...npm.dependencies })
  expect(jsr.imports).toEqual(
    Object.fromEntries(wanted.map(([name, range]) => [name, `npm:${name}@${range}`])),
  )
})
