import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'

const folder = join(import.meta.dirname, '..')

test('only pages wait by animation frames; frames wait by `until`', () => {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = all.filter((file) => file.endsWith('.ts') && file !== join('support', 'frame.ts'))
  const waits = files.flatMap((file) => {
    const calls = readFileSync(join(folder, file), 'utf8').matchAll(/(\w+)\W*\.waitForFunction\(/g)
    return [...calls].map(([, whose]) => `${file}: ${whose}`)
  })
  expect(waits.length).toBeGreaterThan(20)
  expect(waits.filter((wait) => !/: (page|popup)$/.test(wait))).toEqual([])
})
