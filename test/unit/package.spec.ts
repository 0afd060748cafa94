import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test as base } from '@playwright/test'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))

interface Manifest {
  readonly scripts: Record<string, string>
  readonly dependencies: Record<string, string>
  readonly exports: Record<string, string | Record<string, string>>
  readonly [name: string]: unknown
}

interface Built {
  /** Where the package was built. */
  readonly folder: string
  readonly manifest: Manifest
  /** The paths in the package, as npm would publish it. */
  readonly files: readonly string[]
}

const test = base.extend<object, { built: Built }>({
  built: [
    async ({}, use) => {
      const folder = existsSync(join(root, 'dist')) ? root : await buildElsewhere()
      const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest
      const pack = ['pack', '--dry-run', '--json', '--ignore-scripts']
      const { stdout } = await run('npm', pack, { cwd: folder })
      const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
      await use({ folder, manifest, files: files.map(({ path }) => path) })
      if (folder !== root) await rm(folder, { recursive: true })
    },
    { scope: 'worker', timeout: 60_000 },
  ],
})

/** `npm test` builds before it comes here; whoever runs this file alone may not have. */
async function buildElsewhere(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pixy-auth-package-'))
  const wanted = /\/(?:src|\.ci|[^/]+\.(?:json|md)|LICENSE|vite\.config\.ts)(?:\/|$)/
  await cp(root, folder, {
    recursive: true,
    filter: (path) => path === root || wanted.test(path.slice(root.length - 1)),
  })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await run('npm', ['run', 'build'], { cwd: folder })
  return folder
}

/** Run a module in a plain Node, in the folder of the package, and read what it prints. */
async function inNode(folder: string, source: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', source], {
    cwd: folder,
  })
  return JSON.parse(stdout)
}

/** The files that an entry of `exports` names. */
function targets(entry: string | Record<string, string>): string[] {
  return typeof entry === 'string' ? [entry] : Object.values(entry)
}

test('exactly the built modules, their types and three documents are published', ({ built }) => {
  const isBuilt = (path: string): boolean =>
    /^dist\/(?:[\w.-]+\.js|(?:[\w-]+\/)*[\w-]+\.d\.ts)$/.test(path)
  expect(built.files.filter((path) => !isBuilt(path)).toSorted()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'package.json',
  ])
  expect(built.files).toContain('dist/index.js')
})

test('nothing runs when it is installed', ({ built }) => {
  const hooks = /^(?:pre|post)?(?:install|prepare)$|^prepublish$/
  expect(Object.keys(built.manifest.scripts).filter((name) => hooks.test(name))).toEqual([])
  expect(built.manifest).not.toHaveProperty('bin')
  // npm runs node-gyp unasked where it finds this file.
  expect(existsSync(join(built.folder, 'binding.gyp'))).toBe(false)
})

test('it stands on two packages, and imports no other', async ({ built }) => {
  const { folder, manifest, files } = built
  const allowed = ['idb-keyval', 'oauth4webapi']
  expect(Object.keys(manifest.dependencies).toSorted()).toEqual(allowed)
  for (const name of ['peerDependencies', 'optionalDependencies', 'bundledDependencies'])
    expect(manifest).not.toHaveProperty(name)
  const imported = new Set<string>()
  for (const path of files.filter((path) => path.endsWith('.js'))) {
    const source = await readFile(join(folder, path), 'utf8')
    for (const [, name = ''] of source.matchAll(
      /(?:\bfrom\s*|\bimport\s*\(?\s*)["'`]([^"'`]+)["'`]/g,
    ))
      if (!name.startsWith('./')) imported.add(name)
  }
  expect([...imported].toSorted()).toEqual(allowed)
})

test('bundlers may drop what is not used, and old Nodes are told', ({ built }) => {
  expect(built.manifest).toMatchObject({
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20.19' },
  })
})

test('every export is there, and every type beside it', ({ built }) => {
  const named = Object.values(built.manifest.exports).flatMap(targets)
  const published = new Set(built.files.map((path) => `./${path}`))
  expect(named.filter((path) => !published.has(path))).toEqual([])
  for (const entry of Object.values(built.manifest.exports))
    if (typeof entry !== 'string') expect(Object.keys(entry)).toEqual(['types', 'default'])
})

test('every export can be imported in Node, and touches no global', async ({ built }) => {
  const modules = Object.keys(built.manifest.exports)
    .filter((path) => !path.endsWith('.json'))
    .map((path) => path.replace('.', 'pixy-auth'))
  const found = await inNode(
    built.folder,
    `const before = Reflect.ownKeys(globalThis).length
    const names = {}
    for (const name of ${JSON.stringify(modules)}) names[name] = Object.keys(await import(name))
    const added = Reflect.ownKeys(globalThis).length - before
    console.log(JSON.stringify({ names, added }))`,
  )
  expect(found).toMatchObject({
    names: {
      'pixy-auth': expect.arrayContaining(['createAuth', 'isAuthError', 'AuthError']),
      'pixy-auth/testing': expect.arrayContaining(['createMockServer']),
    },
    added: 0,
  })
})

test('on a server the built package waits, and asks nobody', async ({ built }) => {
  const state = await inNode(
    built.folder,
    `globalThis.fetch = () => { throw new Error('fetched') }
    const { createAuth } = await import('pixy-auth')
    const auth = createAuth({ issuer: 'https://id.example', clientId: 'app', redirectUri: '/' })
    console.log(JSON.stringify(await auth.start()))`,
  )
  expect(state).toEqual({ status: 'loading' })
})
