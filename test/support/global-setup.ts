import { resolve } from 'node:path'
import { build, type Plugin } from 'vite'
import { built } from '../../scripts/built.mjs'
import { installed, RECIPES } from '../../scripts/install.mjs'

/**
 * Build the scripts of the test pages, each by itself: the library from its sources, split into
 * chunks as an app would have it. The demo and the tests of the package need the package in `dist`.
 */
export default async function setup(): Promise<void> {
  // test/mutations builds many times, and needs only a few pages, only the package, or nothing.
  const { PIXY_PAGE: only } = process.env
  if (only === 'package') return built()
  if (only !== undefined) {
    for (const name of only.split(',').filter(Boolean))
      await page(`app/${name}.ts${name === 'react' ? 'x' : ''}`)
    return
  }
  await installed(RECIPES)
  await built()
  // This build empties the folder, so the others come after it.
  await page('app/main.ts')
  const { documented } = await import('../recipes/doc-vite-plugin.js')
  await Promise.all([
    page('app/react.tsx'),
    page('app/vue.ts'),
    page('app/native.ts'),
    page('app/frames.ts'),
    page('app/backend.ts'),
    page('recipes/documented.ts', documented),
    page('recipes/libraries.ts', documented),
  ])
}

const root = resolve(import.meta.dirname, '..')

function page(path: string, ...plugins: Plugin[]): Promise<unknown> {
  const [, name = ''] = /(\w+)\.tsx?$/.exec(path) ?? []
  return build({
    configFile: false,
    root,
    logLevel: 'warn',
    plugins,
    build: {
      outDir: '../.build/app',
      emptyOutDir: name === 'main',
      target: 'es2022',
      modulePreload: false,
      minify: false,
      rolldownOptions: {
        onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log),
        input: { [name]: `${root}/${path}` },
        output: { entryFileNames: '[name].js', chunkFileNames: `${name}-[name].js` },
      },
    },
  })
}
