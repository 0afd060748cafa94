import { defineConfig } from 'vite'

// One ES module an entry; the two runtime dependencies stay imports of the app's own copy.
export default defineConfig({
  build: {
    target: 'es2022',
    lib: {
      entry: { index: 'src/index.ts', testing: 'src/testing/index.ts' },
      formats: ['es'],
    },
    rolldownOptions: {
      external: ['oauth4webapi', 'idb-keyval'],
      output: { chunkFileNames: '[name].js' },
    },
  },
})
