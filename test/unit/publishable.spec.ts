import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { unfilled } from '../../scripts/publishable.mjs'

const root = `${import.meta.dirname}/../..`
const text = readFileSync(`${root}/package.json`, 'utf8')
const manifest = JSON.parse(text) as Record<string, unknown>

test('one name fills in homepage, repository, bugs and funding', () => {
  const names = ['homepage', 'repository', 'bugs', 'funding']
  const [, owner = ''] = /github\.com\/([\w-]+)\/pixy-auth#readme/.exec(text) ?? []
  for (const name of names) expect(JSON.stringify(manifest[name]), name).toContain(owner)
  expect(unfilled(manifest)).toEqual(owner === 'OWNER' ? names : [])
  expect(unfilled(JSON.parse(text.replaceAll('OWNER', 'someone')) as typeof manifest)).toEqual([])
})

test('npm publish does not run while the name is missing', () => {
  expect(manifest['scripts']).toMatchObject({ prepublishOnly: 'node scripts/publishable.mjs' })
  const { status, stderr } = spawnSync(process.execPath, [`${root}/scripts/publishable.mjs`], {
    encoding: 'utf8',
  })
  const isMissing = unfilled(manifest).length > 0
  expect(status).toBe(isMissing ? 1 : 0)
  expect(stderr).toBe(
    isMissing ? `Replace OWNER in package.json: ${unfilled(manifest).join(', ')}.\n` : '',
  )
})
