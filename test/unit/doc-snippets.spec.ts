import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from '@playwright/test'
import { block, blocks, type Block } from '../recipes/doc-snippets.js'
import { linkPackages } from '../recipes/packages.js'

const root = join(import.meta.dirname, '../..')

/** The compiler reads the blocks as an app's code, against the sources of the package. */
const project = {
  extends: join(root, 'tsconfig.json'),
  compilerOptions: {
    types: ['node'],
    jsx: 'react-jsx',
    moduleDetection: 'force',
    allowJs: true,
    checkJs: true,
    declaration: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    paths: {
      'pixy-auth': [join(root, 'src/index.ts')],
      'pixy-auth/backend': [join(root, 'src/backend/index.ts')],
      'pixy-auth/testing': [join(root, 'src/testing/index.ts')],
      'pixy-auth/*': [join(root, 'src/*.ts')],
    },
  },
  include: ['.', join(root, 'test/recipes/modules.d.ts')],
}

/** The files that the blocks import. */
const beside = (): Record<string, string> => ({
  'auth.ts': block('docs/frameworks.md', 'Frameworks', 'ts').code,
  'answer.ts': block('docs/testing.md', '`createMockServer` behind Playwright', 'ts').code,
  'serve.ts': block('docs/testing.md', '`createMockServer` behind Node', 'ts').code,
  'Home.tsx': 'export const Home = () => <p />',
  'paths.ts': 'export interface paths {}',
})

/** Blocks of the README that make no client use that of its first block. */
const whole = ({ file, code }: Block): string =>
  file === 'README.md' && !/const auth\b|import \{ auth \}/.test(code)
    ? `${code}import { auth } from './auth'`
    : code

const typescript = join(root, 'node_modules/typescript/bin/tsc')
const templates = join(root, 'test/recipes/vue-tsc.mjs')

/** The compiler's errors in these blocks, by file and line of the documents. */
function complaints(given: readonly Block[], folder: string, tsc = typescript): string[] {
  const nameOf = ({ file, line, language }: Block): string =>
    `${basename(file, '.md')}-${line}.${language}`
  linkPackages(folder)
  for (const one of given) writeFileSync(join(folder, nameOf(one)), whole(one))
  for (const [name, code] of Object.entries(beside())) writeFileSync(join(folder, name), code)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project))
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const lines = stdout.split('\n').filter((line) => line.trim() !== '')
  return lines.map((said) =>
    said.replace(/^(\S+)\((\d+),\d+\)/, (place, name: string, line: string) => {
      const found = given.find((one) => nameOf(one) === name)
      return found ? `${found.file}:${found.line + Number(line) - 1}` : place
    }),
  )
}

const typed = (): Block[] => blocks().filter(({ language }) => /^tsx?$/.test(language))

test('every piece of TypeScript in the documentation compiles against src', ({}, info) => {
  expect(typed().length).toBeGreaterThan(20)
  expect(complaints(typed(), info.outputPath())).toEqual([])
})

test('an error in a piece is reported by file and line', ({}, info) => {
  const rotten = typed().filter(({ heading }) => heading === 'ky')
  const changed = rotten.map((one) => ({
    ...one,
    code: one.code.replace('auth.fetch', 'auth.get'),
  }))
  expect(complaints(changed, info.outputPath())).toEqual([
    expect.stringContaining(`docs/fetch.md:${(rotten[0]?.line ?? 0) + 5}: error TS2339`),
  ])
})

test('Vue components compile with their templates, and a misspelt name is found', ({}, info) => {
  const components = blocks().filter(({ language }) => language === 'vue')
  expect(components.length).toBeGreaterThan(1)
  // With other line numbers, so that each has a file name of its own.
  const misspelt = components.map(({ line, code, ...rest }) => {
    return { ...rest, line: line + 1000, code: code.replace('user.name', 'user.nmae.first') }
  })
  expect(complaints([...components, ...misspelt], info.outputPath(), templates)).toEqual(
    misspelt.map(({ file, line, code }) => {
      const before = code.slice(0, code.indexOf('user.nmae')).split('\n').length - 1
      return expect.stringContaining(`${file}:${line + before}: error TS18046`)
    }),
  )
})

const lines = (code: string): string[] => code.trimEnd().split('\n')
const recipe = (code: string): string[] =>
  lines(code).filter((line) => line !== '' && !line.startsWith('import '))

test('quick starts and recipes stay short', () => {
  const of = (heading: string, language: string, file = 'docs/frameworks.md'): string =>
    block(file, heading, language).code
  expect(lines(of('React', 'tsx')).length).toBeLessThanOrEqual(25)
  expect(lines(of('Vue', 'ts') + of('Vue', 'vue')).length).toBeLessThanOrEqual(25)
  expect(lines(of('Svelte', 'svelte'))).toHaveLength(3)
  for (const name of ['Solid', 'Angular', 'Lit'])
    expect(recipe(of(name, 'ts')).length, name).toBeLessThanOrEqual(3)
  for (const name of ['Playwright', 'Node'])
    expect(
      lines(of(`\`createMockServer\` behind ${name}`, 'ts', 'docs/testing.md')).length,
      name,
    ).toBeLessThanOrEqual(15)
})

test('the components of the README are those that run in doc-examples.spec.ts', () => {
  const component = (code: string): string => /^function Home[^]*?^\}$/m.exec(code)?.[0] ?? ''
  const template = (code: string): string => /^<template>[^]*^<\/template>$/m.exec(code)?.[0] ?? ''
  const react = block('README.md', 'React (18 and later)', 'tsx').code
  const vue = block('README.md', 'Vue (3)', 'vue').code
  expect(component(react)).toBe(component(block('docs/frameworks.md', 'React', 'tsx').code))
  expect(template(vue)).toBe(template(block('docs/frameworks.md', 'Vue', 'vue').code))
  expect(component(react) && template(vue)).toBeTruthy()
})
