import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { defences, root } from '../mutations/defences.mjs'
import { readSources } from '../mutations/sources.mjs'
import { missing, readTests } from '../mutations/tests.mjs'
import { without } from '../mutations/without.mjs'

// `node test/mutations/run.mjs` takes every defence away, one by one, in browsers too. Here it is made
// sure that it can, and the defences that need no browser are taken away at once.

test('each defence is found once, and can be taken away', () => {
  expect(defences.length).toBeGreaterThan(205)
  const names = new Set(defences.map(({ name }) => name))
  expect(names.size).toBe(defences.length)
  const sources = readSources(root)
  for (const defence of defences) {
    const { file, text } = without(defence, sources)
    const source = sources.find((one) => one.file === file)
    expect(text, defence.name).not.toBe(source?.text)
  }
})

test('each defence names tests that exist', () => {
  const specs = readTests()
  for (const defence of defences) expect(missing(defence, specs), defence.name).toEqual([])
})

test('without a defence that a unit spec guards, that spec fails', () => {
  test.setTimeout(600_000)
  const script = fileURLToPath(new URL('test/mutations/unit.mjs', root))
  const { stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' })
  expect(stdout + stderr).toMatch(/^\d\d+ defences by their unit specs, 0 wrong, [\d.]+ s\n$/)
})
