import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'

const read = (path: string): Promise<string> =>
  readFile(`${import.meta.dirname}/../../${path}`, 'utf8')

/** Each code of src/errors.ts with its message. */
async function codes(): Promise<Map<string, string>> {
  const [, table = ''] = /^const messages = \{\n([^]*?)^\}/m.exec(await read('src/errors.ts')) ?? []
  const rows = table.matchAll(/^ {2}(?<code>\w+):\s+['"](?<message>.+)['"],$/gm)
  return new Map([...rows].map(({ groups = {} }) => [groups['code']!, groups['message']!]))
}

/** The text under each heading of the third level. */
async function entries(): Promise<Map<string, string>> {
  const [, ...parts] = (await read('docs/troubleshooting.md')).split(/^## By error code$/m)
  const found = parts.join('').matchAll(/^### `(?<code>\w+)`\n(?<text>[^]*?)(?=^### |$(?![^]))/gm)
  return new Map([...found].map(({ groups = {} }) => [groups['code']!, groups['text']!]))
}

test('every error code has its entry and no other has one', async () => {
  const known = await codes()
  expect(known.size).toBeGreaterThan(20)
  expect([...(await entries()).keys()].toSorted()).toEqual([...known.keys()].toSorted())
})

test('an entry has the message, a cause, a remedy and a way to see it', async () => {
  const found = await entries()
  for (const [code, message] of await codes()) {
    const text = found.get(code) ?? ''
    expect(text.replaceAll(/\s+/g, ' '), code).toContain(`> ${message} `)
    for (const part of ['Cause', 'Remedy', 'See it'])
      expect(text, code).toMatch(new RegExp(`^- \\*\\*${part}\\.\\*\\* \\S`, 'm'))
  }
})

test('the page says which codes are retryable', async () => {
  const { AuthError } = await import('../../src/errors.js')
  const page = (await read('docs/troubleshooting.md')).replaceAll(/\s+/g, ' ')
  const [, list = ''] = /Those are (.+?)\. /.exec(page) ?? []
  const said = [...list.matchAll(/`(\w+)`/g)].map(([, code]) => code)
  const retryable = [...(await codes()).keys()].filter(
    (code) => new AuthError(code as 'network').retryable,
  )
  expect(said.toSorted()).toEqual(retryable.toSorted())
})

test('the page quotes what the console says of an option that is spelled wrong', async () => {
  const { createAuth } = await import('../../src/index.js')
  const [, quoted = ''] = /^AuthError: (.+), …$/m.exec(await read('docs/troubleshooting.md')) ?? []
  const [, name = ''] = / (\w+): no such option\. There are: .*\bredirectUri\b/.exec(quoted) ?? []
  const options = { issuer: 'https://id.example', clientId: 'app', [name]: '/' }
  expect(() => createAuth(options as never)).toThrow(quoted)
})
