import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { defences, root, without } from '../mutations/defences.mjs'

// `node test/mutations/run.mjs` takes them away one by one; here it is made sure that it still can.

test('each defence is in the source once, and is taken away by its mutation', () => {
  expect(defences.length).toBeGreaterThan(60)
  const names = new Set(defences.map(({ name }) => name))
  expect(names.size).toBe(defences.length)
  for (const defence of defences) {
    const source = readFileSync(new URL(defence.file, root), 'utf8')
    expect(without(defence, source), defence.name).not.toBe(source)
  }
})
