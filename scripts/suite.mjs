// Runs all tests in all browsers. Their reporter prints the last line.
import { run } from './run.mjs'

/**
 * @param {import('./engines.mjs').Engines} engines
 * @returns {Promise<{ counted: boolean, code: number }>} whether the last line counts the tests, and
 *   the exit code
 */
export async function suite(engines) {
  process.on('SIGINT', () => {}) // Playwright gets the signal too; it ends its browsers and prints its report
  let tail = ''
  const { code, output } = await run('playwright', ['test'], {
    env: { PIXY_ENGINES: JSON.stringify(engines) },
    onText(text) {
      process.stdout.write(text)
      tail = `${tail}${text}`.slice(-200)
    },
  })
  const counted = /(^|\n)\d+ passed, \d+ failed\n$/.test(tail)
  if (code !== 0 && !counted) console.error(output)
  return { counted, code: counted ? code : 1 }
}
