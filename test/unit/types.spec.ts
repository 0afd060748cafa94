// What an app's compiler says of the installed package: the apps are in test/types.
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { packageFolder } from '../recipes/packages.js'
import { root, run, test } from '../support/installed-package.js'

const options = {
  strict: true,
  target: 'es2022',
  jsx: 'react-jsx',
  // As an app in a browser: nothing of Node's may fill in what ours are short of.
  types: [],
  noEmit: true,
}

const resolutions = [
  { module: 'esnext', moduleResolution: 'bundler' },
  { module: 'nodenext', moduleResolution: 'nodenext' },
]

// The oldest that is documented, with the oldest types of React.
const oldest = {
  skipLibCheck: true,
  paths: {
    react: [packageFolder('types-react-18.0')],
    'react/*': [join(packageFolder('types-react-18.0'), '*')],
  },
}

// Only the new one checks the types of all packages: the old ones take too long for it.
const compilers: [version: string, compiler: string, more: object][] = [
  ['5.0', packageFolder('typescript-5.0'), oldest],
  ['5.9', packageFolder('typescript-5.9'), { skipLibCheck: true }],
  ['6.0', packageFolder('typescript'), { skipLibCheck: true, exactOptionalPropertyTypes: true }],
  ['7.0', join(root, 'node_modules/typescript'), {}],
]

for (const [version, compiler, more] of compilers)
  test(`apps compile with TypeScript ${version}, and wrong ones do not`, async ({ installed }) => {
    const app = join(installed.folder, version)
    await cp(join(root, 'test/types'), app, { recursive: true })
    const configs = resolutions.map(({ moduleResolution }) => join(app, `${moduleResolution}.json`))
    for (const [i, config] of configs.entries()) {
      const compilerOptions = { ...options, ...resolutions[i], ...more }
      const exclude = version === '5.0' ? ['disposable.ts'] : []
      await writeFile(config, JSON.stringify({ compilerOptions, exclude }))
    }
    const manifest = await readFile(join(compiler, 'package.json'), 'utf8')
    expect(manifest).toContain(`"version": "${version}.`)
    // `-b` reads what both have in common once. It fails by its exit code; what it printed is more use.
    const { stdout } = await run(process.execPath, [
      join(compiler, 'bin/tsc'),
      '-b',
      ...configs,
    ]).catch((failed: { stdout: string }) => failed)
    expect(stdout).toBe('')
  })

test('no declaration contains any', async ({ installed }) => {
  const folder = join(installed.folder, 'node_modules/pixy-auth/dist')
  const paths = await readdir(folder, { recursive: true })
  for (const path of paths.filter((path) => path.endsWith('.d.ts'))) {
    const text = await readFile(join(folder, path), 'utf8')
    const code = text.replace(/\/\*[^]*?\*\/|\/\/.*/g, '')
    expect(code.match(/.*\bany\b.*/g), path).toBeNull()
  }
})
