import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test as base } from '@playwright/test'
import { House, root } from '../support/house.js'

const test = base.extend<{ house: House }>({
  house: async ({}, use) => {
    const house = new House()
    await use(house)
    house.remove()
  },
})

test('the sources have no broken wall and no cycle', ({ house }) => {
  expect(house.lint()).toEqual([])
})

// Who must not import whom. Each is tried with every form that an import can take.
const walls: [room: string, target: string][] = [
  ['vault', '../page/state.js'],
  ['vault', '../auth.js'],
  ['vault', '../index.js'],
  ['vault', '../api.js'],
  ['vault', 'oauth4webapi'],
  ['vault', 'idb-keyval'],
  ['vault/calls', 'oauth4webapi'],
  ['vault/refresh', 'oauth4webapi'],
  ['vault/optional', 'oauth4webapi'],
  ['vault/token', '../../page/state.js'],
  ['vault/token', '../../api.js'],
  ['vault/token', 'idb-keyval'],
  ['vault/sign-in', '../../page/state.js'],
  ['vault/sign-in', '../../auth.js'],
  ['vault/sign-in', '../../index.js'],
  ['vault/sign-in', 'idb-keyval'],
  ['page', '../vault/vault.js'],
  ['page', '../vault/token/http.js'],
  ['page', '../auth.js'],
  ['page', '../index.js'],
  ['page', 'oauth4webapi'],
  ['page', 'idb-keyval'],
  ['page/sign-in', '../../vault/vault.js'],
  ['lib', '../vault/vault.js'],
  ['lib', '../page/state.js'],
  ['lib', 'oauth4webapi'],
  ['backend', '../page/state.js'],
  ['backend', '../index.js'],
  ['backend', '../vault/indexeddb-store.js'],
  ['backend', '../vault/session.js'],
  ['backend', 'idb-keyval'],
  ['backend', 'oauth4webapi'],
  ['backend', 'node:crypto'],
  ['with-backend', '../vault/vault.js'],
  ['with-backend', '../vault/indexeddb-store.js'],
  ['with-backend', '../backend/index.js'],
  ['with-backend/calls', '../../vault/refresh/index.js'],
  ['with-backend', 'oauth4webapi'],
  ['with-backend', 'idb-keyval'],
  ['native', '../index.js'],
  ['native', '../vault/sign-in/callback.js'],
  ['native', 'oauth4webapi'],
  ['native', 'idb-keyval'],
  ['vite', '../page/state.js'],
  ['vite', '../vault/vault.js'],
  ['vite', '../index.js'],
  ['testing', '../vault/vault.js'],
  ['testing', '../page/state.js'],
  ['testing', 'oauth4webapi'],
  ['testing', 'node:fs'],
]

const forms: [name: string, write: (target: string) => string][] = [
  ['imports', (target) => `import * as it from '${target}'\nexport const one: unknown = it\n`],
  [
    'imports a type of',
    (target) => `import type * as it from '${target}'\nexport type One = typeof it\n`,
  ],
  ['re-exports', (target) => `export * from '${target}'\n`],
]

// The same for files that stand between the rooms, or are an exception to a rule.
const ground: [file: string, target: string][] = [
  ['src/door.ts', './vault/vault.js'],
  ['src/door.ts', './page/state.js'],
  ['src/config.ts', './vault/record.js'],
  ['src/config.ts', './page/location.js'],
  ['src/config.ts', 'oauth4webapi'],
  ['src/errors.ts', './auth.js'],
  ['src/errors.ts', 'oauth4webapi'],
  ['src/options.ts', 'oauth4webapi'],
  ['src/options.ts', './vault/vault.js'],
  ['src/api.ts', 'oauth4webapi'],
  ['src/api.ts', './vault/vault.js'],
  ['src/api.ts', './page/state.js'],
  ['src/auth.ts', 'oauth4webapi'],
  ['src/auth.ts', 'idb-keyval'],
  ['src/auth.ts', './vault/vault.js'],
  ['src/bindings.ts', './vault/vault.js'],
  ['src/index.ts', 'oauth4webapi'],
  ['src/index.ts', './vault/token/http.js'],
  ['src/react.ts', './auth.js'],
  ['src/vue.ts', './page/state.js'],
  ['src/global.ts', './bindings.js'],
  ['src/vault/indexeddb-store.ts', 'oauth4webapi'],
  ['src/vault/indexeddb-store.ts', '../page/session-storage.js'],
]

/** A file for each wall and form. Each breaks one wall, and names it in its first line. */
const broken = walls.flatMap(([room, target], wall) =>
  forms.map(([form, write], index) => ({
    title: `no file of ${room} ${form} ${target}`,
    file: `src/${room}/broken-${wall}-${index}.ts`,
    text: write(target),
  })),
)

/** The imports of one file of the ground go into its first lines, in the order of the list. */
const first = (file: string): string =>
  ground
    .filter(([one]) => one === file)
    .map(
      ([, it], n) => `import type * as it${n} from '${it}'; export type Of${n} = typeof it${n}\n`,
    )
    .join('')

/** All walls are broken in one house, which is linted once in a worker. */
let reports: string[] | undefined

function restricted(): string[] {
  if (reports) return reports
  const house = new House()
  for (const { file, text } of broken) house.write(file, text)
  for (const [file] of new Map(ground))
    house.write(file, first(file) + readFileSync(join(root, file), 'utf8'))
  reports = house.lint().filter((report) => report.startsWith('no-restricted-imports'))
  house.remove()
  return reports
}

for (const { title, file } of broken)
  test(title, () => {
    expect(restricted()).toContain(`no-restricted-imports at ${file}:1`)
  })

for (const [file, target] of ground)
  test(`${file} imports nothing of ${target}`, () => {
    const line =
      first(file)
        .split('\n')
        .findIndex((text) => text.includes(`'${target}'`)) + 1
    expect(restricted()).toContain(`no-restricted-imports at ${file}:${line}`)
  })

test('a cycle of imports is reported', ({ house }) => {
  house.write(
    'src/page/one.ts',
    `import { two } from './two.js'\nexport const one: number = two + 1\n`,
  )
  house.write(
    'src/page/two.ts',
    `import { one } from './one.js'\nexport const two: number = one + 1\n`,
  )
  expect(house.lint('src/page')).toContain('no-cycle at src/page/one.ts:1')
})

for (const [room, ...names] of [
  ['vault', 'window', 'document', 'localStorage', 'sessionStorage', 'history', 'HTMLElement'],
  ['backend', 'process', 'Buffer', 'window'],
] as const)
  test(`in the ${room}, names that it does not have are compile errors`, ({ house }) => {
    const lines = names.map((name, index) => `export const broken${index}: unknown = ${name}\n`)
    house.write(`src/${room}/broken.ts`, lines.join(''))
    const said = house.compile(`src/${room}`)
    for (const name of names) expect(said).toMatch(`Cannot find name '${name}'`)
  })

test('the vault compiles without a page', ({ house }) => {
  expect(house.compile('src/vault')).toBe('')
})

/** Every source file, by its path below `src`. */
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(join(root, 'src', file), 'utf8') }))

/** What a text imports in whatever form, `import()` too, which the linter lets pass. */
function importsOf({ file, text }: (typeof sources)[number]): string[] {
  const found = text.matchAll(/\b(?:from|import)\s*\(?\s*(['"])(.*?)\1/g)
  return [...found].map(([, , target = '']) =>
    target.startsWith('.')
      ? normalize(join(dirname(file), target)).replace(/\.js$/, '.ts')
      : target,
  )
}

test('only the files that may import the two dependencies do so', () => {
  const users = (name: string) =>
    sources.filter((it) => importsOf(it).includes(name)).map(({ file }) => file)
  const library = users('oauth4webapi')
  expect(library.length).toBeGreaterThan(0)
  expect(library.filter((file) => !/^vault\/(token|sign-in)\//.test(file))).toEqual([])
  expect(users('idb-keyval')).toEqual(['vault/indexeddb-store.ts'])
})

test('a room imports only itself and the ground between the rooms', () => {
  const ground =
    /^(((?!auth|index|bindings|react|vue|global)\w+|lib\/(optional\/)?[\w-]+)\.ts|oauth4webapi|idb-keyval)$/
  const room = (file: string) => /^(vault|page)\//.exec(file)?.[1]
  const strays = sources
    .filter(({ file }) => room(file) ?? ground.test(file))
    .flatMap((it) =>
      importsOf(it)
        .filter((target) => !ground.test(target) && (room(target) ?? target) !== room(it.file))
        .map((target) => `${it.file} imports ${target}`),
    )
  expect(strays).toEqual([])
})

/** What a text imports when it is loaded: neither types nor `import()`. */
function loadsOf({ file, text }: (typeof sources)[number]): string[] {
  const found = text.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from\s+'(.*?)'/gm)
  return [...found]
    .filter(([, target = '']) => target.startsWith('.'))
    .map(([, target = '']) => normalize(join(dirname(file), target)))
}

test('files loaded at the start import no file that is loaded later', () => {
  const isStart = (file: string) => /^((page|vault|lib)\/)?[\w-]+\.(ts|js)$/.test(file)
  const later = sources
    .filter(({ file }) => isStart(file))
    .flatMap((it) =>
      loadsOf(it)
        .filter((target) => /^(page|vault|lib)\//.test(target) && !isStart(target))
        .map((target) => `${it.file} loads ${target}`),
    )
  expect(later).toEqual([])
})

test('the vault names nothing that only a page has', () => {
  const code = (text: string): string => text.replaceAll(/\/\*[^]*?\*\/|\/\/.*$|'[^'\n]*'/gm, '')
  const mentions = sources
    .filter(({ file }) => file.startsWith('vault/'))
    .filter(({ text }) => /\b(window|localStorage|sessionStorage)\b|\bdocument\./.test(code(text)))
    .map(({ file }) => file)
  expect(mentions).toEqual([])
})
