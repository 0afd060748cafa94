import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import type { Stats } from 'webpack'

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
