import { existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { expect } from '@playwright/test'
import { buildElsewhere, inNode, root, run, test } from '../support/installed-package.js'

/** The files that an entry of `exports` names. */
function targets(entry: string | Record<string, string>): string[] {
  return typeof entry === 'string' ? [entry] : Object.values(entry)
}

test('only modules, their types, the script and the documents are published', async ({ built }) => {
  const sources = await readdir(join(root, 'src'), { recursive: true })
  const types = sources
    .filter((path) => path.endsWith('.ts') && !/(global|early|callback\/callback)\.ts$/.test(path))
    .map((path) => `dist/${path.replaceAll('\\', '/').replace(/\.ts$/, '.d.ts')}`)
  const modules = [
    'index',
    'react',
    'vue',
    'native',
    'inspector',
    'front-channel',
    'testing',
    'backend',
    'with-backend',
    'presets',
    'vite',
  ]
  const scripts = ['global', 'with-backend.global', 'early'].map((name) => `pixy-auth.${name}`)
  // A folder is a chunk, and so is each optional part.
  const folders = ['start', 'calls', 'token', 'refresh', 'sign-in']
  const windows = ['answers', 'framed', 'idle', 'iframe', 'popup', 'popup-channel', 'relay']
  const page = ['near-miss', ...windows, 'step-up', 'trace-log']
  const vault = ['demand', 'dpop', 'no-refresh-token', 'redact', 'signature', 'tracer', 'userinfo']
  const optional = [...page, 'link', ...vault]
  const others = [
    'calls',
    'account',
    'curity-home',
    'tokens',
    'refused',
    'sign-in',
    'start',
    'trace',
  ]
  const ofBackend = [...others, ...page].map((name) => `with-backend/chunks/${name}`)
  const names = [...modules, ...scripts, ...folders, ...optional, ...ofBackend]
  const files = ['dist/callback.html', ...[...names, 'callback'].map((name) => `dist/${name}.js`)]
  const docs = (await readdir(join(root, 'docs'))).map((name) => `docs/${name}`)
  const guides = ['README.md', 'SKILL.md', 'llms.txt']
  const own = ['CHANGELOG.md', 'LICENSE', 'SECURITY.md', 'package.json', ...guides]
  const documents = [...own, ...docs]
  const tool = (await readdir(join(root, 'scripts/migrate'))).filter((name) =>
    name.endsWith('.mjs'),
  )
  const migrate = tool.map((name) => `scripts/migrate/${name}`)
  const hashes = scripts.map((name) => `dist/${name}.js.integrity`)
  expect(built.files.toSorted()).toEqual(
    [...documents, ...files, ...hashes, ...migrate, ...types].toSorted(),
  )
})

test('what the published documents link to is published', async ({ built }) => {
  const documents = built.files.filter((path) => path.endsWith('.md'))
  expect(documents).toContain('docs/frameworks.md')
  for (const path of documents) {
    const text = await readFile(join(built.folder, path), 'utf8')
    for (const [, link = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g))
      expect(built.files, path).toContain(posix.join(posix.dirname(path), link))
  }
})

test('T37: neither the package nor its dependencies have install scripts', async ({ built }) => {
  const hooks = /^(?:pre|post)?(?:install|prepare)$|^prepublish$/
  expect(Object.keys(built.manifest.scripts).filter((name) => hooks.test(name))).toEqual([])
  for (const name of Object.keys(built.manifest.dependencies)) {
    const text = await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8')
    const { scripts } = JSON.parse(text) as { scripts: object }
    // npm runs no other script of a package that it installs from a registry.
    const run = Object.keys(scripts).filter((script) => /^(?:pre|post)?install$/.test(script))
    expect(run, name).toEqual([])
  }
  // npm runs node-gyp by itself where it finds this file.
  expect(existsSync(join(built.folder, 'binding.gyp'))).toBe(false)
})

test('the README names the dependencies, and from which version', async ({ built }) => {
  const readme = (await readFile(join(built.folder, 'README.md'), 'utf8')).replace(/\s+/g, ' ')
  const [, paragraph = ''] = /Runtime dependencies: (.*)/.exec(readme) ?? []
  const named = [...paragraph.matchAll(/\[([\w-]+)\]\(\S+\) ([\d.]+) or a later (\d+)\.x/g)]
  expect(Object.fromEntries(named.map(([, name, from]) => [name, `^${from}`]))).toEqual(
    built.manifest.dependencies,
  )
  for (const [, name, from, major] of named) expect(from?.split('.')[0], name).toBe(major)
  expect(paragraph).toContain('None of the three packages has an install script')
})

test('T37: it has two dependencies, and imports nothing else but an optional peer', async ({
  built,
}) => {
  const { folder, manifest, files } = built
  const allowed = ['idb-keyval', 'oauth4webapi']
  expect(Object.keys(manifest.dependencies).toSorted()).toEqual(allowed)
  expect(Object.keys(manifest.peerDependencies)).toEqual([
    'jose',
    'react',
    'ts-morph',
    'vite',
    'vue',
  ])
  // npm installs a peer dependency by itself, unless it is optional.
  expect(manifest['peerDependenciesMeta']).toEqual({
    jose: { optional: true },
    react: { optional: true },
    'ts-morph': { optional: true },
    vite: { optional: true },
    vue: { optional: true },
  })
  for (const name of ['optionalDependencies', 'bundledDependencies'])
    expect(manifest).not.toHaveProperty(name)
  const imported = new Set<string>()
  for (const path of files.filter((path) => path.endsWith('.js'))) {
    const [, binding = ''] = /^dist\/(react|vue|backend)\.js$/.exec(path) ?? []
    // A backend needs what an app in a page does not.
    const peer = binding === 'backend' ? 'jose' : binding
    const isPlugin = path === 'dist/vite.js'
    const source = await readFile(join(folder, path), 'utf8')
    for (const [, name = ''] of source.matchAll(
      /(?:\bfrom\s*|\bimport\s*\(?\s*)["'`]([^"'`]+)["'`]/g,
    ))
      if (!name.startsWith('./') && name !== peer && !(isPlugin && name.startsWith('node:')))
        imported.add(name)
  }
  expect([...imported].toSorted()).toEqual(allowed)
})

test('T37: two builds are the same to the byte', async ({ built }) => {
  test.setTimeout(600_000)
  const elsewhere = await buildElsewhere()
  const packed = async (cwd: string): Promise<string> => {
    const pack = ['pack', '--dry-run', '--json', '--ignore-scripts']
    const { stdout } = await run('npm', pack, { cwd })
    const [{ integrity }] = JSON.parse(stdout) as [{ integrity: string }]
    return integrity
  }
  expect(await packed(elsewhere)).toBe(await packed(built.folder))
  await rm(elsewhere, { recursive: true })
})

test('the manifest declares no side effects, and the lowest Node', ({ built }) => {
  expect(built.manifest).toMatchObject({
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20.19' },
  })
})

test('every export and its types are published', ({ built }) => {
  const named = Object.values(built.manifest.exports).flatMap(targets)
  const published = new Set(built.files.map((path) => `./${path}`))
  expect(named.filter((path) => !published.has(path))).toEqual([])
  for (const entry of Object.values(built.manifest.exports))
    if (typeof entry !== 'string') expect(Object.keys(entry)).toEqual(['types', 'default'])
})

test('on a server the built package stays loading, and makes no request', async ({ built }) => {
  const state = await inNode(
    built.folder,
    `globalThis.fetch = () => { throw new Error('fetched') }
    const { createAuth } = await import('pixy-auth')
    const auth = createAuth({ issuer: 'https://id.example', clientId: 'app', redirectUri: '/' })
    console.log(JSON.stringify(await auth.start()))`,
  )
  expect(state).toEqual({ status: 'loading' })
})
