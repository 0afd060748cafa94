import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../support/installed-package.js'
import { packageFolder } from './packages.js'

/** What docs/environments.md asks for. */
const manifest = {
  type: 'module',
  private: true,
  '@parcel/resolver-default': { packageExports: true },
}

/** Build `index.html` of an app's folder into its `dist`. @returns the modules it took */
export async function buildByParcel(app: string): Promise<string[]> {
  await writeFile(join(app, 'package.json'), JSON.stringify(manifest))
  const bin = join(packageFolder('parcel'), 'lib/bin.js')
  // Minifying takes the most time, and makes no difference to this test.
  const args = ['build', 'index.html', '--no-cache', '--no-optimize', '--no-autoinstall']
  await run(process.execPath, [bin, ...args], {
    cwd: app,
    env: { ...process.env, NODE_ENV: 'production', PARCEL_WORKERS: '0' },
  })
  const names = await readdir(join(app, 'dist'))
  const maps = names.filter((name) => name.endsWith('.map'))
  const texts = await Promise.all(maps.map((name) => readFile(join(app, 'dist', name), 'utf8')))
  return texts.flatMap((text) => (JSON.parse(text) as { sources: string[] }).sources)
}
