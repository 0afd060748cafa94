// Builds one app around each library with Vite, as most apps are built. Vite bundles, minifies, and loads a
// chunk together with the chunks that it imports.
import { resolve } from 'node:path'
import { build as viteBuild } from 'vite'

const apps = resolve(import.meta.dirname, 'apps')

export const OURS = 'pixy'
export const LIBRARIES = [
  OURS,
  'oidc-client-ts',
  'auth0',
  'axa',
  'oidc-spa',
  'msal',
  'floor',
  'floor-idb',
]

/** The folder of the built apps. */
export const APPS = resolve(import.meta.dirname, '.build')

/**
 * @param {string} library
 * @param {object} config that the app reads
 */
export async function build(library, config) {
  const json = JSON.stringify(config).replaceAll('"', '&quot;')
  await viteBuild({
    configFile: false,
    root: apps,
    base: `/${library}/`,
    logLevel: 'silent',
    resolve: { alias: { library: resolve(apps, `${library}.js`) } },
    plugins: [
      {
        name: 'config',
        transformIndexHtml: (html) => html.replace('<body>', `<body data-config="${json}">`),
      },
    ],
    build: {
      outDir: resolve(APPS, library),
      emptyOutDir: true,
      assetsDir: '',
      // Every engine of the bench supports `modulepreload`.
      modulePreload: { polyfill: false },
    },
  })
}
