import { expect, test } from '@playwright/test'
import type { Defence } from '../mutations/defences.mjs'
import { find } from '../mutations/find.mjs'
import { toSource } from '../mutations/sources.mjs'
import { without } from '../mutations/without.mjs'

const source = `
import { fault } from './errors.js'

const reserved = /^(state|nonce)$/

export function check(url: URL, names: string[]): URL {
  const isHere = url.origin === location.origin
  if (!isHere || names.length > 10) throw fault('wrong', { url, names })
  return url
}

export function send(token: string | undefined): void {
  const spare = token as string
  if (!token) throw fault('no token')
  if (!spare) throw fault('no spare')
}
`

/** A defence, and the other defences of its list. */
function given(part: Partial<Defence>, others: Partial<Defence>[] = []): [Defence, Defence[]] {
  const whole = (one: Partial<Defence>): Defence =>
    Object.assign({ name: 'it', in: 'check', tests: [] }, one)
  const defence = whole(part)
  return [defence, [defence, ...others.map(whole)]]
}

function mutate(part: Partial<Defence>, text = source, others?: Partial<Defence>[]): string {
  const [defence, list] = given(part, others)
  return without(defence, [toSource('src/a.ts', text)], { list }).text
}

/** What the line with this word became. */
const line = (text: string, word: string): string | undefined =>
  text
    .split('\n')
    .find((one) => one.includes(word))
    ?.trim()

test('spaces, quotes, brackets, comments and types do not matter', () => {
  const never = `(!isHere) || names . length>10 /* too many */`
  expect(line(mutate({ never }), "fault('wrong'")).toContain('if (false) throw')
  const replace = 'throw fault("no token");'
  const braces = { in: 'send', remove: "if (!token) throw fault('no token')" }
  const inBraces = source.replace("throw fault('no token')", "{\n throw fault('no token')\n }")
  expect(mutate(braces, inBraces)).not.toContain('no token')
  const mutated = mutate({ in: 'send', replace, with: 'return' })
  expect(line(mutated, '!token')).toBe('if (!token) { return }')
  expect(
    line(
      mutate({ in: 'send', replace: 'token', with: '0' }, 'const send = (): X => f((token as Y)!)'),
      'f',
    ),
  ).toBe('const send = (): X => f(0)')
})

test('a statement, an operand and a member can be left out', () => {
  expect(mutate({ remove: 'return url' })).not.toContain('return url')
  expect(line(mutate({ remove: '!isHere' }), 'names.length')).toContain('if (names.length > 10)')
  expect(line(mutate({ remove: 'names.length > 10' }), '!isHere')).toContain('if (!isHere)')
  expect(line(mutate({ remove: 'url: url' }), "fault('wrong'")).toContain("('wrong', { names })")
  expect(line(mutate({ remove: 'names: names' }), "fault('wrong'")).toContain("('wrong', { url })")
})

test('a part of a regular expression can be replaced', () => {
  const mutated = mutate({ in: 'reserved', replace: '/…|nonce…/', with: '/…|code…/' })
  expect(line(mutated, 'reserved')).toBe('const reserved = /^(state|code)$/')
})

test('renamed variables, parameters, members and imports are followed', () => {
  const part = { replace: "fault('wrong', { url, names })", with: "fault('right', { url })" }
  const renamed = source
    .replaceAll('fault', 'failure')
    .replaceAll('url', 'place')
    .replace('names })', 'names: all })')
    .replaceAll('names', 'all')
  expect(line(mutate(part, renamed), 'right')).toContain("throw (failure('right', { place }))")
  const moved = source.replaceAll('isHere', 'isOwn').replaceAll('.length', '.size')
  expect(line(mutate({ remove: '!isHere' }, moved), 'names.size')).toContain('if (names.size > 10)')
})

test('a renamed function in a moved file is found, and reported', () => {
  const [defence, list] = given({ never: '!isHere || names.length > 10' })
  const place = find(defence, [toSource('src/a.ts', source)], { list })
  expect(place).toMatchObject({ isMoved: false, isExact: true })
  const moved = toSource(
    'src/b/c.ts',
    source.replaceAll('check', 'verify').replaceAll('isHere', 'is'),
  )
  expect(find(defence, [moved], { list })).toMatchObject({ isMoved: true, isExact: false })
})

test('renames found by other defences of the function help to find it', () => {
  const part = { in: 'send', never: '!token' }
  const renamed = source.replaceAll('token', 'held').replaceAll('spare', 'other')
  expect(() => mutate(part, renamed)).toThrow('“it” is in 2 places')
  const other = { in: 'send', remove: 'const spare = token' }
  expect(line(mutate(part, renamed, [other]), 'no held')).toContain('if (false)')
})

test('a defence that is gone is not found', () => {
  expect(() => mutate({ never: "url.protocol === 'https:'" })).toThrow('“it” is not found in check')
  // A name that is still there was not renamed, nor was what the module declares.
  // Two names have not become one.
  for (const never of ['!url', '!reserved', 'url.one === location.two'])
    expect(() => mutate({ never })).toThrow('“it” is not found in check')
  // Nor was a function that another defence names.
  const part = { in: 'lost', never: '!isHere || names.length > 10' }
  expect(() => mutate(part, source, [{ remove: 'return url' }])).toThrow('not found in lost')
  // The shape alone is not enough.
  expect(() => mutate({ in: 'lost', never: '!a || b.c > 10' })).toThrow('not found in lost')
})

test('a defence that is there twice is refused', () => {
  const twice = source.replace('return url', "if (!isHere) throw fault('again')\n  return url")
  expect(() => mutate({ never: '!isHere' }, twice)).toThrow(
    '“it” is in 2 places: src/a.ts:8, src/a.ts:9',
  )
})

test('a replacement with a name that is not there is refused', () => {
  const part = { replace: "fault('wrong', { url, names })", with: 'missing(url)' }
  expect(() => mutate(part)).toThrow('`with` has missing, which is not there')
})
