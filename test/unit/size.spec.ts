import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { inKilobytes, measure } from '../../scripts/size.mjs'

// One measurement serves all tests, so they run in one worker.
test.describe.configure({ mode: 'default' })
let sizes: ReturnType<typeof measure> | undefined
const measured = (): ReturnType<typeof measure> => (sizes ??= measure())

const readme = (): Promise<string> => readFile(`${import.meta.dirname}/../../README.md`, 'utf8')

// Bytes. A journey may grow only together with its figure in the README.
const limits = { start: 8500, call: 11_000, refresh: 24_150, click: 28_750, callback: 28_750 }
const rows = {
  start: 'a returning user is shown as signed in',
  call: 'the first API call of a live session',
  refresh: 'the same with a refresh before the call',
  click: 'the browser leaves to sign in',
  callback: 'a callback is finished',
}

test('each journey loads what the README says, and no more than it may', async () => {
  const { journeys } = await measured()
  const text = await readme()
  for (const [name, limit] of Object.entries(limits)) {
    const bytes = journeys[name as keyof typeof limits]
    expect(bytes, name).toBeLessThanOrEqual(limit)
    expect(text.replaceAll(/ +/g, ' '), name).toContain(
      `| ${rows[name as keyof typeof rows]} | **${inKilobytes(bytes)}** |`,
    )
  }
})

test('one file with everything weighs what the README says', async () => {
  const { all, script } = await measured()
  expect(all).toBeLessThanOrEqual(35_800)
  expect(script).toBeLessThanOrEqual(36_600)
  const text = await readme()
  expect(text).toContain(`**${inKilobytes(all)}** with everything in one file`)
  expect(text).toContain(`the script tag's file is **${inKilobytes(script)}**`)
})

test('each folder weighs what docs/architecture.md says', async () => {
  const { folders, oauth4webapi } = await measured()
  const text = await readFile(`${import.meta.dirname}/../../docs/architecture.md`, 'utf8')
  const { start, calls, refresh, token, 'sign-in': signIn, optional } = folders
  const cells = text.split('\n').flatMap((row) => row.split('|')[3]?.trim() ?? [])
  expect(cells.slice(0, 7)).toEqual([
    'brotli',
    expect.stringMatching(/^-+$/),
    inKilobytes(start),
    inKilobytes(calls),
    `${inKilobytes(refresh)}, ${inKilobytes(token)}`,
    `${inKilobytes(signIn)}, with the latter`,
    `${inKilobytes(optional)} together`,
  ])
  expect(text).toContain(`oauth4webapi is ${inKilobytes(oauth4webapi)} of all that`)
})

test('a page with a backend loads little, also with React', async () => {
  const { withBackend, withBackendTokens, withBackendReact } = await measured()
  expect(withBackend).toBeLessThanOrEqual(7500)
  expect(withBackendTokens).toBeLessThanOrEqual(9500)
  // With a copy of the errors: the other vault would be two kilobytes more.
  expect(withBackendReact).toBeLessThan(1500)
  const text = await readFile(`${import.meta.dirname}/../../docs/backend.md`, 'utf8')
  expect(text).toContain(`**${inKilobytes(withBackend)}** until its first call`)
  expect(text).toContain(`**${inKilobytes(withBackendTokens)}** where it sends a token itself`)
})

test('DPoP is a file of its own, of three kilobytes at most', async () => {
  const { dpop } = await measured()
  expect(dpop).toBeGreaterThan(0)
  expect(dpop).toBeLessThanOrEqual(3000)
  expect(await readme()).toContain(`**${inKilobytes(dpop)}** that only apps with \`dpop\` load`)
})

test('each way to sign in is a file of a kilobyte at most', async () => {
  const { 'step-up': stepUp, ...ways } = (await measured()).ways
  for (const [name, bytes] of Object.entries(ways)) {
    expect(bytes, name).toBeGreaterThan(0)
    expect(bytes, name).toBeLessThanOrEqual(1000)
  }
  expect(stepUp).toBeLessThanOrEqual(600)
})

test('an app shell adds less than two kilobytes', async () => {
  const { native } = await measured()
  expect(native).toBeGreaterThan(500)
  expect(native).toBeLessThanOrEqual(2000)
})

test('a binding adds less than 0.7 kB', async () => {
  const { react, vue } = await measured()
  expect(react).toBeLessThan(700)
  expect(vue).toBeLessThan(700)
  // What a binding shares with the rest is compressed with it: the difference moves with every change.
  expect(await readme()).toContain(`bindings add less than **${inKilobytes(700)}** each`)
})

test('the inspector is a file of its own, of nine kilobytes at most', async () => {
  const { inspector } = await measured()
  expect(inspector).toBeGreaterThan(1000)
  expect(inspector).toBeLessThanOrEqual(9000)
})
