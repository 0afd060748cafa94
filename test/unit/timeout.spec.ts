import { expect, test } from '@playwright/test'
import { readFile } from 'node:fs/promises'
import { withTimeout } from '../../src/lib/timeout.js'

test('an answer that came while the thread was busy is taken after the deadline', async () => {
  const work = withTimeout(2000, readFile('package.json', 'utf8'))
  // Node fires timers before it hands out what was read meanwhile, as a browser does.
  const until = performance.now() + 2100
  while (performance.now() < until);
  expect(await work).toContain('pixy-auth')
})

test('an answer that never comes is given up', async () => {
  let isGivenUp = false
  const work = withTimeout(20, new Promise(() => {}), () => (isGivenUp = true))
  await expect(work).rejects.toMatchObject({ code: 'timeout' })
  expect(isGivenUp).toBe(true)
})
