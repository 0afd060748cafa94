import type { Page } from '@playwright/test'
import { clientSecret, type World } from '../support/backend.js'
import { marksOf } from '../support/canaries.js'
import { tap } from '../support/page-recorder.js'
import { expect, test } from '../support/with-backend.js'

// Where the backend makes the calls, no byte of a token is in the realm of the page. What the page shows,
// stores, sends and gets is searched, and in Chromium the heap of its engine: a second page, which a token was
// lent to, shows that the search finds one.

/** Every string in the memory of the page, and what leads to it. Only Chromium tells. */
async function heapOf(page: Page, browserName: string): Promise<string> {
  if (browserName !== 'chromium') return ''
  const devtools = await page.context().newCDPSession(page)
  const chunks: string[] = []
  devtools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => void chunks.push(chunk))
  await devtools.send('HeapProfiler.enable')
  await devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  await devtools.detach()
  return chunks.join('')
}

/** What the document, the state and the members of `auth` say. */
const shownBy = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const seen = new Set<unknown>()
    const reached: unknown[] = []
    function walk(value: unknown): void {
      if (value !== Object(value)) return void reached.push(value)
      if (seen.has(value)) return
      seen.add(value)
      for (const name of Reflect.ownKeys(value as object)) {
        reached.push(String(name))
        walk((value as Record<PropertyKey, unknown>)[name])
      }
    }
    walk(window.auth)
    walk(window.states)
    const entries = performance.getEntries().map((entry) => entry.toJSON() as unknown)
    const { href } = location
    return JSON.stringify([
      href,
      document.referrer,
      document.cookie,
      history.state,
      entries,
      reached,
    ])
  })

/** All that the page sends and gets from now on, and what its scripts tell each other. */
async function record(page: Page, world: World): Promise<string[]> {
  const said: string[] = []
  const context = page.context()
  await context.exposeBinding('canary', (_, place, text: string) => void said.push(place, text))
  await context.addInitScript(tap)
  page.on('request', (request) => {
    // What a script sends; where the browser goes by itself no script sees.
    if (request.isNavigationRequest()) return
    // The cookies are the browser's own: Firefox names them here.
    const { cookie: _, ...headers } = request.headers()
    said.push(request.url(), JSON.stringify(headers), request.postData() ?? '')
  })
  const { handle } = world.backend
  world.backend = {
    ...world.backend,
    async handle(request) {
      const answer = await handle(request)
      if (request.headers.get('sec-fetch-dest') !== 'empty' || !answer) return answer
      const headers = [...answer.headers].filter(([name]) => name !== 'set-cookie')
      said.push(JSON.stringify(headers), await answer.clone().text())
      return answer
    },
  }
  page.on('console', (message) => void said.push(message.text()))
  return said
}

test('no byte of a token is in the realm of a page whose calls the backend makes', async ({
  app,
  api,
  context,
  world,
  browserName,
}) => {
  const { page } = app
  const said = await record(page, world)

  await app.open('/')
  await app.signIn()
  await app.fetch(`${api.origin}/orders/1`)
  await app.refresh()
  await app.attempt(() => window.auth.userInfo())
  world.server.expireAccessTokens()
  expect(await app.fetch(`${api.origin}/orders/2`)).toMatchObject({ value: { status: 200 } })
  await app.token({ url: `${api.origin}/orders/1` })
  const found: Record<string, string> = { shown: await shownBy(page), stored: await app.dump() }
  found['heap'] = await heapOf(page, browserName)
  const cookies = await context.cookies()

  const back = page.waitForEvent('load')
  await page.evaluate(() => void window.auth.signOut())
  await back
  await page.waitForURL(`${world.app}/`)
  expect((await app.started()).status).toBe('signed-out')
  expect(world.server.requests('end_session')[0]?.params).toHaveProperty('id_token_hint')
  found['after'] = (await shownBy(page)) + (await app.dump())
  found['said'] = said.join('\n')

  const secrets = [...world.server.secrets].flatMap(marksOf)
  expect(secrets.length).toBeGreaterThan(5)
  // Which session counts is no secret: the page is told its id.
  const sealed = cookies
    .filter(({ name }) => name !== 'pixy-auth')
    .map(({ value }) => value.slice(-24))
  expect(sealed.length).toBeGreaterThan(0)
  for (const [place, text] of Object.entries(found))
    for (const mark of [...secrets, ...sealed, clientSecret])
      expect(text.includes(mark), place).toBe(false)
})

test('a token that a page gets is found in its answers and in its memory', async ({
  app,
  api,
  world,
  browserName,
}) => {
  const said = await record(app.page, world)
  await app.open('/')
  await app.signIn()
  await app.fetch(`${api.origin}/rest/1`)
  const heap = await heapOf(app.page, browserName)
  const secrets = [...world.server.secrets].flatMap(marksOf)
  for (const text of [said.join('\n'), ...(browserName === 'chromium' ? [heap] : [])])
    expect(secrets.some((mark) => text.includes(mark))).toBe(true)
})
