import { expect, test } from '@playwright/test'
import { createNotes, type Note } from '../../src/vault/notes.js'
import { inTurn } from '../../src/vault/optional/events.js'
import { callsTold } from '../support/trace.js'

// A call must not wait while the trace makes its events.

/** Notes, and what is told of them: each with its number and whether it has ended. */
function hearing() {
  const notes = createNotes()
  const told: string[] = []
  notes.hear = inTurn(({ step, end }: Note, number) => {
    told.push(`${number} ${step} ${end === undefined ? 'begins' : 'ended'}`)
  })
  return { ...notes, told }
}

test('a call is traced in a later task, with the times of its begin and end', async () => {
  const { note, told } = hearing()
  const end = note('call', 'GET', 'https://api.example/')
  note('call', 'GET', 'https://api.example/other')
  await Promise.resolve()
  end({ status: 200, challenge: null })
  await Promise.resolve()
  expect(told).toEqual([])
  await callsTold()
  expect(told).toEqual(['1 call begins', '2 call begins', '1 call ended'])
})

test('other steps are traced at once, after the calls before them', async () => {
  const { note, told } = hearing()
  note('click', { via: 'redirect' })
  note('call', 'GET', 'https://api.example/')
  expect(told).toEqual(['1 click begins'])
  const end = note('lease')
  expect(told.slice(1)).toEqual(['2 call begins', '3 lease begins'])
  end()
  expect(told.slice(3)).toEqual(['3 lease ended'])
  await callsTold()
  expect(told).toHaveLength(4)
})
