// Installs packages of Debian and of systems that are built on it, if this process is allowed to.
import { run } from './run.mjs'

/**
 * The lists of packages are tried in order until one of them installs.
 *
 * @typedef {{ name: string, lists: string[][], isMissing: () => boolean }} Wanted
 */

/** @param {Wanted[]} wanted */
export async function apt(wanted) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return
  if ((await run('apt-get', ['--version'])).code !== 0) return
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  console.log(`installing ${wanted.map(({ name }) => name).join(', ')} (apt-get install)`)
  await run('apt-get', ['update'], { limit: 180, env })
  // One list at a time: apt-get installs nothing at all when one of the names is unknown to it.
  for (const { lists, isMissing } of wanted) {
    for (const packages of lists) {
      if (!isMissing()) break
      const args = ['install', '-y', '--no-install-recommends', ...packages]
      await run('apt-get', args, { limit: 600, env })
    }
  }
}
