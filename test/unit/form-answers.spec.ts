import { expect, test } from '@playwright/test'
import { formOf } from '../../src/vault/token/encoding.js'

test('a form has its members, and no others', () => {
  const members = formOf('access_token=a%20b&scope=x+y&__proto__=z&toString=t')
  expect(Object.getPrototypeOf(members)).toBeNull()
  expect(Object.entries(members)).toEqual([
    ['access_token', 'a b'],
    ['scope', 'x y'],
    ['__proto__', 'z'],
    ['toString', 't'],
  ])
})

for (const text of ['', 'text', '<p>a=b</p>', 'a page with a=b', 'a.b.c', '=a', 'a=<b>'])
  test(`"${text}" is no form`, () => {
    expect(Object.keys(formOf(text))).toEqual([])
  })
