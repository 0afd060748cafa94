import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import type { Stats } from 'webpack'
import { run } from '../support/installed-package.js'
import { block } from './doc-snippets.js'
import { linkPackages } from './packages.js'

/** Build `main.js` and `index.html` of an app's folder into its `dist`. @returns the modules it took */
export async function buildByWebpack(app: string): Promise<string[]> {
  // Not at the top: the tests can be listed before the packages of this folder are installed.
  const { default: webpack } = await import('webpack')
  const { compilation } = await new Promise<Stats>((resolve, reject) => {
    const done = (error: Error | null, stats?: Stats): void =>
      stats && !error ? resolve(stats) : reject(error)
    const filename = 'main.js'
    // It loads a chunk by a `<script>`, whose address must not be a mere string on these pages.
    const output = { path: join(app, 'dist'), filename, trustedTypes: 'webpack' }
    // Minifying takes the most time, and makes no difference to this test.
    const optimization = { minimize: false, concatenateModules: false }
    const entry = './main.js'
    webpack(
      { mode: 'production', context: app, entry, output, optimization, performance: false },
      done,
    )
  })
  expect(compilation.errors).toEqual([])
  expect(compilation.warnings).toEqual([])
  await copyFile(join(app, 'index.html'), join(app, 'dist/index.html'))
  return [...compilation.modules].flatMap((one) => one.nameForCondition() ?? [])
}

/** Builds the app of the folder that it runs in, and prints what it took. */
const builder = `
const webpack = require('webpack4')
const { output, module: rules } = require('./webpack.config.cjs')
webpack({
  mode: 'production',
  entry: './main.js',
  output: { ...output, filename: 'main.js' },
  module: rules,
  optimization: { minimize: false, concatenateModules: false },
  performance: false,
}, (error, stats) => {
  if (error) throw error
  const { errors, warnings, modules } = stats.compilation
  const problems = [...errors, ...warnings].map(({ message }) => message)
  const taken = modules.map((one) => one.nameForCondition && one.nameForCondition())
  console.log(JSON.stringify({ problems, taken: taken.filter(Boolean) }))
})`

/** The same with webpack 4, by the configuration of docs/environments.md. */
export async function buildByWebpack4(app: string): Promise<string[]> {
  linkPackages(app)
  const config = block('docs/environments.md', 'webpack 4', 'js').code
  await writeFile(join(app, 'webpack.config.cjs'), config)
  const args = ['--input-type=commonjs', '--eval', builder]
  const { stdout } = await run(process.execPath, args, {
    cwd: app,
    // Else the page would have the React of development.
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const { problems, taken } = JSON.parse(stdout) as { problems: string[]; taken: string[] }
  expect(problems).toEqual([])
  await copyFile(join(app, 'index.html'), join(app, 'dist/index.html'))
  return taken
}
