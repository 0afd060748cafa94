import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test as base } from '@playwright/test'
import type { Engines } from '../../scripts/engines.mjs'
import { linkPackages } from '../recipes/packages.js'
import { startServers, type Servers } from './servers.js'

export const run = promisify(execFile)
export const root = fileURLToPath(new URL('../../', import.meta.url))

interface Manifest {
  readonly scripts: Record<string, string>
  readonly dependencies: Record<string, string>
  readonly peerDependencies: Record<string, string>
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

interface Installed {
  /** A folder that has only the package, as npm would install it, and the packages that it needs. */
  readonly folder: string
}

// Packages that an app has in its own node_modules. A link to the repository's copy is enough.
const neighbours = [
  'idb-keyval',
  'oauth4webapi',
  'react',
  'react-dom',
  'vue',
  'vue-router',
  '@types/react',
  '@types/react-dom',
]

const { chromium } = JSON.parse(process.env['PIXY_ENGINES'] ?? '{}') as Engines

interface Fixtures {
  built: Built
  installed: Installed
  servers: Servers
}

export const test = base.extend<object, Fixtures>({
  launchOptions: [chromium?.path ? { executablePath: chromium.path } : {}, { scope: 'worker' }],
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
  installed: [
    async ({ built }, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'pixy-auth-app-'))
      const modules = join(folder, 'node_modules')
      const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
      const { stdout } = await run('npm', pack, { cwd: built.folder })
      const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
      await run('tar', ['-xzf', filename], { cwd: folder })
      await mkdir(modules)
      await rename(join(folder, 'package'), join(modules, 'pixy-auth'))
      for (const name of neighbours) {
        await mkdir(dirname(join(modules, name)), { recursive: true })
        await symlink(join(root, 'node_modules', name), join(modules, name), 'junction')
      }
      await writeFile(join(folder, 'package.json'), '{ "type": "module", "private": true }')
      await use({ folder })
      await rm(folder, { recursive: true })
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  servers: [
    async ({}, use) => {
      const servers = await startServers()
      await use(servers)
      await servers.close()
    },
    { scope: 'worker' },
  ],
})

/** An app's folder: the package in its node_modules, and above it the packages of the recipes and ours. */
export async function appWithin(folder: string, { folder: from }: Installed): Promise<string> {
  await mkdir(folder)
  linkPackages(dirname(folder))
  await cp(join(from, 'node_modules/pixy-auth'), join(folder, 'node_modules/pixy-auth'), {
    recursive: true,
  })
  await writeFile(join(folder, 'package.json'), '{ "type": "module", "private": true }')
  return folder
}

/** The package, built in a copy of the repository. */
export async function buildElsewhere(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pixy-auth-package-'))
  const wanted = /\/(?:src|docs|scripts|[^/]+\.(?:json|md|txt)|LICENSE|vite\.config\.ts)(?:\/|$)/
  await cp(root, folder, {
    recursive: true,
    filter: (path) => path === root || wanted.test(path.slice(root.length - 1)),
  })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await run('npm', ['run', 'build'], { cwd: folder })
  return folder
}

/** Run a module in plain Node, in this folder, and read what it prints. */
export async function inNode(folder: string, source: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', source], {
    cwd: folder,
  })
  return JSON.parse(stdout)
}
