// Builds one app around each library, as an app's own build does: bundled, minified, in chunks.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { rolldown } from 'rolldown'

const here = import.meta.dirname

export const OURS = 'pixy'
export const LIBRARIES = [OURS, 'oidc-client-ts', 'auth0', 'axa', 'oidc-spa', 'msal', 'floor']

/** Where the apps are built. */
export const APPS = resolve(here, '.build')

/**
 * @param {string} library
 * @param {object} config that the app reads
 */
export async function build(library, config) {
  const build = await rolldown({
    input: resolve(here, 'apps/main.js'),
    resolve: { alias: { library: resolve(here, `apps/${library}.js`) } },
    onLog: () => {},
  })
  const dir = resolve(APPS, library)
  await rm(dir, { recursive: true, force: true })
  const { output } = await build.write({
    dir,
    format: 'es',
    minify: true,
    entryFileNames: '[name]-[hash].js',
    chunkFileNames: '[name]-[hash].js',
  })
  const chunks = output.filter((file) => file.type === 'chunk')
  const entry = chunks.find((chunk) => chunk.isEntry)
  await mkdir(dir, { recursive: true })
  const json = JSON.stringify(config).replaceAll('"', '&quot;')
  await writeFile(
    resolve(dir, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>${library}</title><link rel="icon" href="data:,">` +
      `<body data-config="${json}"><script type="module" src="/${library}/${entry?.fileName}"></script>`,
  )
}
