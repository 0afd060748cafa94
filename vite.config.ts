import { defineConfig } from 'vite'

// What a page loads after its session was restored, in one file: the calls, and the protocol.
const calls =
  /oauth4webapi|src.(digest|remedies)|page.(arrive|calls|redirect|wire)|vault.(bearer|calls|fetch|fresh|keep|protocol)/

// One ES module an entry; the two runtime dependencies stay imports of the app's own copy. Nothing
// is minified: the app's own build does that, and a reader of the package sees what it runs.
export default defineConfig({
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
      output: {
        chunkFileNames: '[name].js',
        codeSplitting: {
          groups: [
            { name: 'start', test: /src.(auth|view|page.router)\.ts/, priority: 2 },
            { name: 'calls', test: calls, priority: 1 },
          ],
        },
      },
    },
  },
})
