import { readFile } from 'node:fs/promises'
import { expect } from '@playwright/test'
import { readsAs, showsFlow } from '../../scripts/pictures.mjs'
import { test } from '../support/demo-fixture.js'

const linesOf = (text: string): string[] => [...new Set(text.trim().split('\n'))].toSorted()

// A step of the flow: on a slow machine there may be more.
const isStep = (line: string): boolean => /^ +- button ".+ to .+, /.test(line)

test('the pictures of the README show what the demo shows', async ({ page, demo }) => {
  const file = `${import.meta.dirname}/../../demo/pictures/flow.txt`
  const kept = linesOf(await readFile(file, 'utf8'))
  await showsFlow(page, demo.app)
  const now = linesOf(await readsAs(page))
  const told = 'run `npm run shots`, and look at the pictures'
  expect(now, told).toEqual(expect.arrayContaining(kept))
  const still = now.filter((line) => !isStep(line))
  expect(kept, told).toEqual(expect.arrayContaining(still))
})
