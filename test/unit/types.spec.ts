// What an app's compiler says of the installed package: the apps are in test/types.
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { root, run, test } from '../installed.js'

const options = {
  strict: true,
  target: 'es2022',
  jsx: 'react-jsx',
  // As an app in a browser: nothing of Node's may fill in what ours are short of.
  types: [],
  noEmit: true,
}

const resolutions = {
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
}

// The old ones take long to check everybody's types, so the new one alone does.
const compilers: [name: string, version: string, by: keyof typeof resolutions, more: object][] = [
  ['typescript-5.9', '5.9', 'bundler', { skipLibCheck: true }],
  ['typescript-5.9', '5.9', 'nodenext', { skipLibCheck: true }],
  ['typescript-6', '6.0', 'bundler', { skipLibCheck: true, exactOptionalPropertyTypes: true }],
  ['typescript', '7.0', 'bundler', {}],
  ['typescript', '7.0', 'nodenext', {}],
]

for (const [name, version, by, more] of compilers)
  test(`apps compile with TypeScript ${version} by ${by}, and wrong ones do not`, async ({
    installed,
  }) => {
    const app = join(installed.folder, `${name}-${by}`)
    await cp(join(root, 'test/types'), app, { recursive: true })
    const compilerOptions = { ...options, ...resolutions[by], ...more }
    await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
    const compiler = join(root, 'node_modules', name)
    const manifest = await readFile(join(compiler, 'package.json'), 'utf8')
    expect(manifest).toContain(`"version": "${version}.`)
    // It fails by its exit code; what it printed is more use.
    const { stdout } = await run(process.execPath, [join(compiler, 'bin/tsc'), '-p', app]).catch(
      (failed: { stdout: string }) => failed,
    )
    expect(stdout).toBe('')
  })

test('no declaration says any', async ({ installed }) => {
  const folder = join(installed.folder, 'node_modules/pixy-auth/dist')
  const paths = await readdir(folder, { recursive: true })
  for (const path of paths.filter((path) => path.endsWith('.d.ts'))) {
    const text = await readFile(join(folder, path), 'utf8')
    const code = text.replace(/\/\*[^]*?\*\/|\/\/.*/g, '')
    expect(code.match(/.*\bany\b.*/g), path).toBeNull()
  }
})
