import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { defences, root, without } from '../mutations/defences.mjs'

// `node test/mutations/run.mjs` takes them all away, one by one, in browsers too. Here it is made sure
// that it still can, and those that need no browser are taken away at once.

test('each defence is in the source once, and is taken away by its mutation', () => {
  expect(defences.length).toBeGreaterThan(205)
  const names = new Set(defences.map(({ name }) => name))
  expect(names.size).toBe(defences.length)
  for (const defence of defences) {
    const source = readFileSync(new URL(defence.file, root), 'utf8')
    expect(without(defence, source), defence.name).not.toBe(source)
  }
})

test('each defence that a unit spec guards is missed there when it is gone', () => {
  test.setTimeout(120_000)
  const script = fileURLToPath(new URL('test/mutations/unit.mjs', root))
  const { stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' })
  expect(stdout + stderr).toMatch(/^\d\d+ defences by their unit specs, 0 wrong, [\d.]+ s\n$/)
})
