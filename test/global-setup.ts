import { build } from 'vite'
import { built } from '../.ci/built.mjs'
import { documented } from './documented-plugin.js'

/**
 * Build the test page's script once: the library from its sources, split into chunks as an app would have it.
 * The demo and the tests of the package want that as well.
 */
export default async function setup(): Promise<void> {
  await built()
  await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: 'warn',
    plugins: [documented],
    build: {
      outDir: '../.build/app',
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: false,
      minify: false,
      rolldownOptions: {
        onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log),
        input: {
          main: `${import.meta.dirname}/app/main.ts`,
          react: `${import.meta.dirname}/app/react.tsx`,
          vue: `${import.meta.dirname}/app/vue.ts`,
          documented: `${import.meta.dirname}/app/documented.ts`,
          libraries: `${import.meta.dirname}/app/libraries.ts`,
        },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  })
}
