// The static page that a popup comes back to: as it is published, on a host that is as strict as can be.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { expect, type Page } from '@playwright/test'
import { writeState } from '../../src/lib/state-param.js'
import { test as base } from '../support/installed-package.js'
import { serve } from '../support/node-server.js'

const files = new Set(['callback.html', 'callback.js'])

/** The page's address, with an answer whose `state` has this at its end. */
const answer = (random: string): string =>
  `/callback.html?${new URLSearchParams({ code: 'the-code', state: writeState('popup', 'client', random) })}`

const test = base.extend<{
  /** A page of the same origin. */
  app: Page
  /** The `Referer` of each request. */
  referrers: (string | undefined)[]
}>({
  referrers: async ({}, use) => use([]),
  app: async ({ installed, page, referrers }, use) => {
    const published = join(installed.folder, 'node_modules/pixy-auth/dist')
    const { origin, close } = await serve(async (request) => {
      const file = new URL(request.url).pathname.slice(1)
      referrers.push(request.headers.get('referer') ?? undefined)
      const type = file.endsWith('.js') ? 'text/javascript' : 'text/html'
      const policy = "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'"
      const headers = { 'content-type': type, 'content-security-policy': policy }
      const text = files.has(file) ? await readFile(join(published, file), 'utf8') : ''
      return new Response(text, { headers })
    })
    const problems: string[] = []
    page.context().on('console', (message) => problems.push(message.text()))
    page.context().on('weberror', (error) => problems.push(error.error().message))
    await page.goto(`${origin}/app`)
    await use(page)
    expect(problems).toEqual([])
    await close()
  },
})

/**
 * Open an answer in a popup, take it as a page of the library does, and say where the popup must go.
 *
 * @returns what the popup brings, and the popup
 */
async function bring(app: Page, random: string, place = ''): Promise<[unknown, Page]> {
  const opened = app.waitForEvent('popup')
  const brought = await app.evaluate(
    ([name, url, next]) => {
      const channel = new BroadcastChannel(`pixy-auth:popup:${name}`)
      return new Promise((resolve) => {
        channel.onmessage = ({ data }) => {
          channel.postMessage('taken')
          channel.postMessage(next)
          resolve(data)
        }
        open(url)
      })
    },
    [random, answer(random), place] as const,
  )
  return [brought, await opened]
}

test('both files together weigh less than a kilobyte', async ({ built }) => {
  const read = (name: string): Promise<Buffer> => readFile(join(built.folder, 'dist', name))
  const [page, script] = await Promise.all([read('callback.html'), read('callback.js')])
  expect(brotliCompressSync(page).length + brotliCompressSync(script).length).toBeLessThan(1000)
})

test('a popup brings the answer to the page that waits for it, and closes', async ({ app }) => {
  const [brought, popup] = await bring(app, 'random-1')
  expect(brought).toBe(new URL(answer('random-1'), app.url()).href)
  if (!popup.isClosed()) await popup.waitForEvent('close')
})

test('a popup goes where the page says, if that is secure', async ({ app }) => {
  const { origin } = new URL(app.url())
  const [, popup] = await bring(app, 'random-2', `${origin}/next`)
  await popup.waitForURL('**/next')
  for (const place of ['http://id.example/', 'javascript:document.title=1', 'no URL']) {
    const [, other] = await bring(app, `random-${place.length}`, place)
    if (!other.isClosed()) await other.waitForEvent('close')
  }
})

test('an answer that no page takes leaves a sentence, and no code in the address', async ({
  app,
  referrers,
}) => {
  await app.goto(new URL(answer('random-3'), app.url()).href)
  await expect(app.getByText('close it, and go back to the app')).toBeVisible()
  expect(new URL(app.url()).search).toBe('')
  expect(referrers.filter((it) => it?.includes('the-code'))).toEqual([])
})

test('a page that takes the answer late still closes the popup', async ({ app }) => {
  const opened = app.waitForEvent('popup')
  await app.evaluate((url) => void open(url), answer('random-4'))
  const popup = await opened
  await expect(popup.getByText('close it, and go back to the app')).toBeVisible()
  await app.evaluate((name) => {
    const channel = new BroadcastChannel(name)
    channel.postMessage('taken')
    channel.postMessage('')
  }, 'pixy-auth:popup:random-4')
  if (!popup.isClosed()) await popup.waitForEvent('close')
})

test('the page that a user opens by hand says what to do', async ({ app }) => {
  await app.goto(new URL('/callback.html', app.url()).href)
  await expect(app.getByText('close it, and go back to the app')).toBeVisible()
})
