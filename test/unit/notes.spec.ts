import { expect, test } from '@playwright/test'
import { createNotes, type Note } from '../../src/vault/notes.js'

test('the last 200 notes are kept, and a listener gets the end of each', () => {
  const notes = createNotes()
  for (let count = 0; count < 250; count++) notes.note('backoff', count)
  expect(notes.kept.map(({ facts: [count] }) => count)).toEqual(
    Array.from({ length: 200 }, (_, at) => at + 50),
  )
  const heard: Note[] = []
  notes.hear = (note) => heard.push({ ...note })
  notes.note('lease')('over')
  expect(heard.map(({ step, result }) => [step, result])).toEqual([
    ['lease', undefined],
    ['lease', 'over'],
  ])
})

test('the end of a step is kept without a listener, too', () => {
  const { note, kept } = createNotes()
  note('lease')('over')
  expect(kept).toHaveLength(1)
  expect(kept[0]).toHaveProperty('end')
  expect(kept[0]?.result).toBe('over')
})
