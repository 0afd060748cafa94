import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'

test('the package is published by pinned actions, with provenance and no secret', async () => {
  const file = `${import.meta.dirname}/../../.github/workflows/publish.yml`
  const text = await readFile(file, 'utf8')
  const actions = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action)
  expect(actions.length).toBeGreaterThan(0)
  for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/)
  expect(text).toContain('permissions: {}')
  expect(text).toContain('id-token: write')
  expect(text).toContain('npm publish --provenance')
  expect(text).not.toMatch(/secrets\.|NODE_AUTH_TOKEN/)
  // Nothing is published that was not tested.
  expect(text.indexOf('npm test')).toBeLessThan(text.indexOf('npm publish'))
})
