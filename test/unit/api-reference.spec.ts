import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { apiText } from '../../scripts/api.mjs'
import { problemsOf } from '../../scripts/docstrings.mjs'
import { publicNames } from '../../scripts/public-names.mjs'

type PublicName = ReturnType<typeof publicNames>[number]

let names: PublicName[]
test.beforeAll(() => {
  names = publicNames()
})

/** The names with another docstring at a place such as `Auth.fetch`. */
function withDoc(path: string, text: string): PublicName[] {
  const [wanted, ...rest] = path.split('.')
  return names.map((name) => {
    if (name.name !== wanted || name.entry !== 'pixy-auth') return name
    const doc = { ...name.doc, text }
    if (rest.length === 0) return { ...name, doc }
    const members = name.members.map((one) => (one.name === rest[0] ? { ...one, doc } : one))
    return { ...name, members }
  })
}

test('docs/api.md is what `npm run docs` writes', async () => {
  const text = await readFile(`${import.meta.dirname}/../../docs/api.md`, 'utf8')
  expect(text, 'run `npm run docs`').toBe(await apiText(names))
})

test('every public name is documented, with units of numbers and rejecting codes', () => {
  expect(names.length).toBeGreaterThan(30)
  expect(problemsOf(names)).toEqual([])
})

test('a docstring that is missing or says too little is reported', () => {
  const found = [
    withDoc('createAuth', ''),
    withDoc('AuthOptions.clientId', ''),
    withDoc('AuthOptions.timeout', 'How long a caller waits.'),
    withDoc('Auth.fetch', 'As the platform’s.'),
    withDoc('Auth.fetch', 'Rejects with `network`, …'),
    withDoc('Auth.fetch', 'Rejects with `gone`.'),
  ].map((changed) => problemsOf(changed))
  expect(found).toEqual([
    ['pixy-auth createAuth: it has no docstring'],
    ['pixy-auth AuthOptions.clientId: it has no docstring'],
    ['pixy-auth AuthOptions.timeout: a number has a unit'],
    ['pixy-auth Auth.fetch: it does not say what it rejects with'],
    ['pixy-auth Auth.fetch: its list of codes breaks off'],
    ['pixy-auth Auth.fetch: it names no code'],
  ])
})
