import { readFileSync } from 'node:fs'
import { defineConfig, type UserConfig } from 'vite'

// A folder is a chunk. The files of `src`, `page`, `vault` and `lib` themselves are loaded at the start;
// what is in one of these folders is loaded with its first file, each file of `optional` by itself.
const start = {
  name: 'start',
  // The entries stay apart: each exports what is documented, and nothing else.
  test: /src.((page|vault|lib).|(?!index|react|vue))[\w-]+\.ts$/,
  priority: 1,
}
const chunks = ['calls', 'token', 'refresh', 'sign-in'].map((name) => ({
  name,
  test: new RegExp(`src.(page|vault).${name}.`),
}))
// What one `import()` loads: as an entry its names need no object, and no helper that makes one.
const loaded = { calls: 'src/vault/calls/calls.ts', refresh: 'src/vault/refresh/index.ts' }

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
        native: 'src/native/index.ts',
        inspector: 'src/inspector/index.ts',
        testing: 'src/testing/index.ts',
        ...loaded,
        // Last: what it takes of the start leaves the start as it is.
        'front-channel': 'src/front-channel/index.ts',
      },
      formats: ['es'],
    },
    rolldownOptions: {
      external: ['oauth4webapi', 'idb-keyval', 'react', 'vue'],
      // What is loaded later has names for other chunks, too.
      preserveEntrySignatures: 'allow-extension',
      // `'use client'` is kept in a file of its own; the warning is about bundles.
      onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log),
      output: {
        chunkFileNames: '[name].js',
        codeSplitting: { groups: [start, ...chunks] },
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

// What a page with a backend loads, apart from the rest too: the page half with another vault, in files of
// its own, so that no chunk has what such a page never loads.
const withBackend: UserConfig = {
  build: {
    target: 'es2022',
    minify: false,
    emptyOutDir: false,
    lib: {
      entry: {
        'with-backend': 'src/with-backend/index.ts',
        presets: 'src/with-backend/presets/index.ts',
        // What one `import()` loads: as above.
        'with-backend/chunks/calls': 'src/with-backend/calls/calls.ts',
        'with-backend/chunks/account': 'src/with-backend/account/account.ts',
        'with-backend/chunks/tokens': 'src/with-backend/tokens/page-tokens.ts',
        'with-backend/chunks/refused': 'src/with-backend/refused/retry-token.ts',
        'with-backend/chunks/trace': 'src/with-backend/trace/tracer.ts',
        'with-backend/chunks/sign-in': 'src/page/sign-in/index.ts',
      },
      formats: ['es'],
    },
    rolldownOptions: {
      preserveEntrySignatures: 'allow-extension',
      // What the vault of a page loads later, this page has in the chunk that asks for it.
      onLog: (level, log, report) =>
        log.code !== 'INEFFECTIVE_DYNAMIC_IMPORT' && report(level, log),
      output: {
        chunkFileNames: 'with-backend/chunks/[name].js',
        codeSplitting: {
          groups: [
            {
              name: 'start',
              test: /src.((page|with-backend|lib).)?(?!index)[\w-]+\.ts$/,
              priority: 1,
            },
            ...['calls', 'account', 'tokens', 'refused', 'trace'].map((name) => ({
              name,
              test: new RegExp(`src.with-backend.${name}.`),
            })),
            { name: 'sign-in', test: /src.page.sign-in./ },
          ],
        },
      },
    },
  },
}

// The same as one script.
const withBackendScript: UserConfig = {
  build: {
    ...script.build,
    lib: {
      entry: 'src/with-backend/global.ts',
      name: 'Pixy',
      formats: ['iife'],
      fileName: () => 'pixy-auth.with-backend.global.js',
    },
  },
}

// What runs on a server, apart from the rest: no chunk of a page changes with it. It has the rooms of the
// library that it needs in files of its own.
const backend: UserConfig = {
  build: {
    target: 'es2022',
    minify: false,
    emptyOutDir: false,
    lib: { entry: { backend: 'src/backend/index.ts' }, formats: ['es'] },
    rolldownOptions: {
      external: ['oauth4webapi', 'jose'],
      // Its signature check comes with it: a server loads a file once.
      output: { codeSplitting: false },
    },
  },
}

// A plugin, which runs in an app's build, and the snippet that it puts into the app's page.
const vite: UserConfig = {
  build: {
    target: 'es2022',
    minify: false,
    emptyOutDir: false,
    lib: { entry: { vite: 'src/vite/index.ts' }, formats: ['es'] },
    rolldownOptions: { external: /^node:/ },
  },
}
const early: UserConfig = {
  build: {
    target: 'es2022',
    emptyOutDir: false,
    lib: {
      entry: 'src/vite/early.ts',
      name: 'early',
      formats: ['iife'],
      fileName: () => 'pixy-auth.early.js',
    },
  },
}

// The page that a popup comes back to, which an app copies as it is, and its script.
const callbackPage: UserConfig = {
  plugins: [
    {
      name: 'callback-page',
      generateBundle() {
        const source = readFileSync('src/callback/callback.html')
        this.emitFile({ type: 'asset', fileName: 'callback.html', source })
      },
    },
  ],
  build: {
    ...early.build,
    lib: {
      entry: 'src/callback/callback.ts',
      name: 'callback',
      formats: ['iife'],
      fileName: () => 'callback.js',
    },
  },
}

const modes: Readonly<Record<string, UserConfig>> = {
  script,
  vite,
  early,
  callback: callbackPage,
  backend,
  'with-backend': withBackend,
  'with-backend-script': withBackendScript,
}

export default defineConfig(({ mode }) => modes[mode] ?? modules)
