// `npm run bench`: compares this library with others, in a real browser, with a real server. Options:
// --only=journeys,size,calls,expiry,memory  --libraries=pixy,floor  --rounds=5  --engine=firefox
// --amount=0.1 makes only this part of the calls  --write writes the tables of docs/bench.md  --plain uses no https, and
// does not install the packages of other libraries
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { built } from '../scripts/built.mjs'
import { installed } from '../scripts/install.mjs'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    libraries: { type: 'string' },
    rounds: { type: 'string' },
    amount: { type: 'string', default: '1' },
    engine: { type: 'string', default: 'chromium' },
    plain: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})

if (!values.plain) await installed('bench')
await built()
const { build, LIBRARIES } = await import('./build.mjs')
const { inMarkdown, withTables } = await import('./markdown.mjs')
const { TABLES } = await import('./tables.mjs')
const { startWorld } = await import('./world.mjs')

const chosen = values.libraries?.split(',') ?? LIBRARIES
const names = values.only?.split(',') ?? Object.keys(TABLES)

/** @type {string[]} */
const parts = []
for (const name of names) {
  const text = await table(name)
  console.log(`\n${text}`)
  parts.push(text)
}
if (values.write) {
  const place = new URL('../docs/bench.md', import.meta.url)
  const date = new Date().toISOString().slice(0, 10)
  await writeFile(place, withTables(await readFile(place, 'utf8'), parts, date))
}

/**
 * The list in another order for each round: no library is always first, or always after the same library.
 *
 * @param {string[]} list
 * @param {number} by
 */
function turned(list, by) {
  const first = by % list.length
  const next = [...list.slice(first), ...list.slice(0, first)]
  return by % 2 === 0 ? next : next.toReversed()
}

/**
 * Each round measures every library, so that other work of the machine disturbs all of them alike.
 *
 * @param {string} name
 */
async function table(name) {
  const { [name]: table } = TABLES
  if (!table) throw new Error(`There is no table "${name}": ${Object.keys(TABLES).join(', ')}.`)
  const world = await startWorld({
    delay: table.delay,
    engine: values.engine,
    isSecure: !values.plain,
  })
  const config = { issuer: world.provider.issuer, api: world.api }
  /** @type {Record<string, import('./markdown.mjs').Round[]>} */
  const rounds = {}
  for (const library of chosen) {
    await build(library, config)
    rounds[library] = []
  }
  for (let round = 0; round < Number(values.rounds ?? table.rounds); round++)
    for (const library of turned(chosen, round))
      rounds[library]?.push(
        await table.measure(world, library, Number(values.amount)).catch(
          /** @param {Error} error */
          ({ message }) => ({ failed: message.split('\n')[0] ?? '' }),
        ),
      )
  await world.close()
  return inMarkdown(table.title, rounds)
}
