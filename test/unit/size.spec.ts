import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { inKilobytes, measure } from '../../scripts/size.mjs'

test('the library weighs what the README says, and no more than it may', async () => {
  const { start, all } = await measure()
  // Core's 5 kB, half a kilobyte for what survives the world, and a few bytes for whose call it is.
  expect(start).toBeLessThanOrEqual(5549)
  // DPoP has 1.2 kB of this; no app loads that part that has it off.
  expect(all).toBeLessThanOrEqual(20_950)
  const readme = await readFile(`${import.meta.dirname}/../../README.md`, 'utf8')
  expect(readme).toContain(
    `**${inKilobytes(start)}** before a returning user is shown as signed in`,
  )
  expect(readme).toContain(`**${inKilobytes(all)}** with everything in it`)
})

test('DPoP is a file of its own, of three kilobytes at most', async () => {
  const { dpop } = await measure()
  expect(dpop).toBeGreaterThan(0)
  expect(dpop).toBeLessThanOrEqual(3000)
  const readme = await readFile(`${import.meta.dirname}/../../README.md`, 'utf8')
  expect(readme).toContain(`**${inKilobytes(dpop)}** that only apps with \`dpop\` load`)
})

test('a binding adds next to nothing, and the script tag’s file is all there is', async () => {
  const { react, vue, script } = await measure()
  expect(react).toBeLessThan(600)
  expect(vue).toBeLessThan(600)
  expect(script).toBeLessThanOrEqual(21_400)
  const readme = await readFile(`${import.meta.dirname}/../../README.md`, 'utf8')
  // What shares words with the rest is compressed with it: this difference moves with every change.
  expect(readme).toContain(`bindings add less than **${inKilobytes(600)}** each`)
  expect(readme).toContain(`file is **${inKilobytes(script)}**`)
})
