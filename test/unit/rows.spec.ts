import { expect, test } from '@playwright/test'
import { problemsOf } from '../../scripts/rows.mjs'

const row = (number: string, rest: object) => ({ number, name: 'It fails', ...rest })
const named = (...titles: string[]) => titles.map((title) => ({ title, engines: ['Node'] }))

test('a row has a sentence and a test, or a reason', () => {
  const rows = [
    row('F1', { happens: 'It works.', details: ['And more.'] }),
    row('F2', { reason: 'Later.' }),
  ]
  expect(problemsOf('F', rows, named('F1: title', 'T9: title', 'a title'))).toEqual([])
  expect(problemsOf('F', rows, named('F2: title', 'a title of F1: title'))).toEqual([
    expect.stringMatching(/^F1: no test names it/),
    expect.stringMatching(/^F2: tests name it/),
  ])
})

test('a row with neither test nor reason is reported', () => {
  expect(problemsOf('F', [row('F1', {})], [])).toEqual([expect.stringMatching(/^F1: no test/)])
  expect(problemsOf('F', [row('F1', {})], named('F1: title'))).toEqual([
    expect.stringMatching(/^F1: tests name it/),
  ])
})

test('a reason beside a sentence is reported', () => {
  for (const more of [{ happens: 'It works.' }, { details: ['It works.'] }])
    expect(problemsOf('F', [row('F1', { reason: 'Later.', ...more })], [])).toEqual([
      expect.stringMatching(/^F1: no test names it/),
    ])
  const both = row('F1', { happens: 'It works.', reason: 'Later.' })
  expect(problemsOf('F', [both], named('F1: title'))).toEqual([
    expect.stringMatching(/^F1: tests name it/),
  ])
})

test('a number in a title without a row is reported', () => {
  const rows = [row('T1', { happens: 'It works.' })]
  expect(problemsOf('T', rows, named('F9, T1, T2: title'))).toEqual([
    expect.stringMatching(/^T2: a test names it/),
  ])
})

test('a title whose numbers cannot be read is reported', () => {
  const rows = [row('F1', { happens: 'It works.' })]
  for (const title of ['F1,F2: title', 'F2 title', 'F1 and T2: title'])
    expect(problemsOf('F', rows, named('F1: title', title))).toEqual([
      expect.stringContaining(title),
    ])
})

test('a row in the wrong place, or too wide for the table, is reported', () => {
  const rows = [row('F2', { happens: 'x'.repeat(90) }), row('F2', { happens: 'x'.repeat(91) })]
  expect(problemsOf('F', rows, named('F2: title'))).toEqual([
    expect.stringMatching(/^F2: F1 belongs/),
    expect.stringMatching(/^F2: "happens" is longer/),
  ])
})
