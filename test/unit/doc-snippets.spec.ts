import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { complaints, typed } from '../recipes/doc-project.js'
import { block, blocks } from '../recipes/doc-snippets.js'

const templates = join(import.meta.dirname, '../recipes/vue-tsc.mjs')
const linter = join(import.meta.dirname, '../recipes/lint.mjs')

test('every piece of TypeScript in the documentation compiles against src', ({}, info) => {
  expect(typed().length).toBeGreaterThan(20)
  expect(complaints(typed(), info.outputPath())).toEqual([])
})

test('an error in a piece of code is reported with file and line', ({}, info) => {
  const rotten = typed().filter(({ heading }) => heading === 'ky')
  const changed = rotten.map((one) => ({
    ...one,
    code: one.code.replace('auth.fetch', 'auth.get'),
  }))
  expect(complaints(changed, info.outputPath())).toEqual([
    expect.stringContaining(`docs/fetch.md:${(rotten[0]?.line ?? 0) + 5}: error TS2339`),
  ])
})

test('every piece of TypeScript in the documentation passes typescript-eslint', ({}, info) => {
  expect(complaints(typed(), info.outputPath(), linter)).toEqual([])
})

test('typescript-eslint accepts detached methods, and finds a floating promise', ({}, info) => {
  const code = `import { auth } from './auth'
export const { fetch, signIn, signOut, getAccessToken, refresh, require, subscribe } = auth
auth.start()`
  const app = { file: 'app.md', heading: '', language: 'ts', line: 1, code }
  expect(complaints([app], info.outputPath(), linter)).toEqual([
    expect.stringContaining('app.md:3: @typescript-eslint/no-floating-promises'),
  ])
})

test('Vue components compile with their templates, and a misspelt name is found', ({}, info) => {
  const components = blocks().filter(({ language }) => language === 'vue')
  // With other line numbers, so that each has a file name of its own.
  const misspelt = components.flatMap(({ line, code, ...rest }) => {
    const wrong = code.replace('user.name', 'user.nmae.first')
    return wrong === code ? [] : { ...rest, line: line + 1000, code: wrong }
  })
  expect(misspelt.length).toBeGreaterThan(1)
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
  const of = (
    heading: string,
    language: string,
    file = `docs/${heading.toLowerCase()}.md`,
  ): string => block(file, heading, language).code
  expect(lines(of('React', 'tsx')).length).toBeLessThanOrEqual(25)
  expect(lines(of('Vue', 'ts') + of('Vue', 'vue')).length).toBeLessThanOrEqual(25)
  expect(lines(of('Svelte', 'svelte'))).toHaveLength(3)
  for (const name of ['Solid', 'Angular', 'Lit'])
    expect(recipe(of(name, 'ts')).length, name).toBeLessThanOrEqual(3)
  for (const [name, most] of [
    ['Playwright', 15],
    ['Node', 20],
  ] as const)
    expect(
      lines(of(`\`createMockServer\` behind ${name}`, 'ts', 'docs/testing.md')).length,
      name,
    ).toBeLessThanOrEqual(most)
})

test('the components of the README are those that run in doc-examples.spec.ts', () => {
  const component = (code: string): string => /^function Home[^]*?^\}$/m.exec(code)?.[0] ?? ''
  const template = (code: string): string => /^<template>[^]*^<\/template>$/m.exec(code)?.[0] ?? ''
  const react = block('README.md', 'React (18 and later)', 'tsx').code
  const vue = block('README.md', 'Vue (3)', 'vue').code
  expect(component(react)).toBe(component(block('docs/react.md', 'React', 'tsx').code))
  expect(template(vue)).toBe(template(block('docs/vue.md', 'Vue', 'vue').code))
  expect(component(react) && template(vue)).toBeTruthy()
})
