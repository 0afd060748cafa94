import { defineConfig, type UserConfig } from 'vite'

// What a page loads to restore a session, and to show it.
const start = /src.(auth|view|page.router)\.ts/
// What a page loads after its session was restored, in one file: the calls, and the protocol.
const calls =
  /oauth4webapi|src.(digest|remedies)|page.(arrive|calls|redirect|wire)|vault.(bearer|calls|fetch|fresh|keep|signer|protocol.(?!dpop))/

// One ES module an entry; the runtime dependencies stay imports of the app's own copy. Nothing is
// minified: the app's own build does that, and a reader of the package sees what it runs.
const modules: UserConfig = {
  build: {
    target: 'es2022',
    minify: false,
    lib: {
      entry: {
        index: 'src/index.ts',
        react: 'src/react.ts',
        vue: 'src/vue.ts',
        testing: 'src/testing/index.ts',
      },
      formats: ['es'],
    },
    rolldownOptions: {
      external: ['oauth4webapi', 'idb-keyval', 'react', 'vue'],
      // `'use client'` is kept in a file of its own; the warning is about bundles.
      onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log),
      output: {
        chunkFileNames: '[name].js',
        codeSplitting: {
          groups: [
            { name: 'start', test: start, priority: 2 },
            { name: 'calls', test: calls, priority: 1 },
          ],
        },
      },
    },
  },
}

// One script with everything in it, for a page without a build.
const script: UserConfig = {
  build: {
    target: 'es2022',
    emptyOutDir: false,
    lib: {
      entry: 'src/global.ts',
      name: 'Pixy',
      formats: ['iife'],
      fileName: () => 'pixy-auth.global.js',
    },
  },
}

export default defineConfig(({ mode }) => (mode === 'script' ? script : modules))
