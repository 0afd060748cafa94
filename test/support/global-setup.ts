import { resolve } from 'node:path'
import { build } from 'vite'
import { built } from '../../scripts/built.mjs'
import { documented } from './doc-vite-plugin.js'

/**
 * Build the test pages' scripts once, each by itself: the library from its sources, split into
 * chunks as an app would have it. The demo and the tests of the package want it built as well.
 */
export default async function setup(): Promise<void> {
  // test/mutations builds again and again, and wants one page or none.
  const { PIXY_PAGE: only } = process.env
  if (only !== undefined) return void (only && (await page(only, 'ts')))
  await built()
  await page('main', 'ts')
  await Promise.all([
    page('react', 'tsx'),
    page('vue', 'ts'),
    page('documented', 'ts'),
    page('libraries', 'ts'),
    page('frames', 'ts'),
  ])
}

const root = resolve(import.meta.dirname, '..')

function page(name: string, type: 'ts' | 'tsx'): Promise<unknown> {
  return build({
    configFile: false,
    root,
    logLevel: 'warn',
    plugins: [documented],
    build: {
      outDir: '../.build/app',
      emptyOutDir: name === 'main',
      target: 'es2022',
      modulePreload: false,
      minify: false,
      rolldownOptions: {
        onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log),
        input: { [name]: `${root}/app/${name}.${type}` },
        output: { entryFileNames: '[name].js', chunkFileNames: `${name}-[name].js` },
      },
    },
  })
}
