import type { Locator } from '@playwright/test'
import { expect, test, type Tab } from '../support/fixture.js'

/** Open the inspector of this page. */
async function inspected({ page }: Tab): Promise<Locator> {
  await page.evaluate(() => void window.Pixy.inspect(window.auth))
  const badge = page.getByRole('button', { name: /^pixy-auth: / })
  await badge.click()
  return page.getByRole('region', { name: 'pixy-auth inspector' })
}

const texts = (panel: Locator): Promise<string[]> =>
  panel
    .getByRole('list')
    .getByRole('button')
    .evaluateAll((all) => all.map((one) => one.ariaLabel ?? ''))
const words = (all: string[]): string[] => all.map((label) => /^[\w-]*/.exec(label)?.[0] ?? '')

/** Sign in with the inspector on the page before and after. */
async function signedIn(app: Tab): Promise<Locator> {
  await app.open()
  // The file that records the steps of the vault.
  const recorder = app.page.waitForResponse(/tracer\.js/)
  await inspected(app)
  await recorder
  await app.signIn()
  const panel = await inspected(app)
  await expect(panel.getByRole('button', { name: /^tokens/ })).toBeVisible()
  return panel
}

// The metadata may be fetched when the page is idle, or with the click.
const flow = 'click verifier authorize login callback exchange tokens'.split(' ')

test('the inspector draws the sign-in, and the next call as it happens', async ({ app, api }) => {
  const panel = await signedIn(app)
  const drawn = async (): Promise<string[]> =>
    words(await texts(panel)).filter((step) => !/state|store|discovery/.test(step))
  expect(await drawn()).toEqual(flow)
  await app.fetch(`${api.url}me`)
  await expect.poll(drawn).toEqual([...flow, 'call', 'answer'])
  await expect(panel).toContainText('Signed in: ')
  await expect(panel).toContainText(/Access token: 2\d\d s left, renewed on use/)
  const call = panel.getByRole('button', {
    name: /^call GET \/…\/me 200 \d+ ms, client to resource/,
  })
  await call.focus()
  await app.page.keyboard.press('Enter')
  await expect(panel.getByText('bearer').last()).toBeVisible()
  await expect(call).toBeFocused()
  await expect(call).toHaveAttribute('aria-expanded', 'true')
})

test('a failed step shows its cause', async ({ app, api, server }) => {
  const panel = await signedIn(app)
  api.handler = () => Response.error()
  await app.fetch(`${api.url}me`)
  await expect(panel).toContainText(
    `Why? The API ${new URL(api.url).origin} was not reached, or its CORS settings do not allow the origin ${new URL(app.page.url()).origin} with the header Authorization`,
  )
  server.fail('token', { status: 400, body: () => ({ error: 'invalid_grant' }) })
  await app.refresh()
  await expect(panel).toContainText('Why? The server refused the refresh token')
  await expect(panel.getByRole('heading')).toHaveText('Signed out')
})

test('a request that the Content Security Policy blocks shows the directive', async ({
  app,
  api,
}) => {
  const panel = await signedIn(app)
  await app.page.evaluate(() => {
    const meta = document.createElement('meta')
    Object.assign(meta, { httpEquiv: 'Content-Security-Policy', content: "connect-src 'self'" })
    document.head.append(meta)
  })
  await app.fetch(`${api.url}me`)
  await expect(panel).toContainText(
    `Why? connect-src of the Content Security Policy blocks this: add ${new URL(api.url).origin}`,
  )
})

test('after Back from an error page of the server it says what to register', async ({
  app,
  server,
}) => {
  server.consent = { page: 'Invalid parameter: redirect_uri' }
  await app.open()
  const recorder = app.page.waitForResponse(/tracer\.js/)
  await inspected(app)
  await recorder
  await app.page.evaluate(() => void window.auth.signIn())
  await app.page.getByText('Invalid parameter').waitFor()
  await app.page.goBack()
  const panel = await inspected(app)
  await expect(panel).toContainText('No answer came back. If the server showed an error page')
})

test('steps can be filtered, paused and cleared', async ({ app, api }) => {
  const panel = await signedIn(app)
  await panel.getByRole('searchbox').fill('exchange')
  await expect.poll(async () => words(await texts(panel))).toEqual(['exchange'])
  await panel.getByRole('searchbox').fill('')
  await panel.getByRole('button', { name: 'Pause' }).click()
  const before = await texts(panel)
  await app.fetch(`${api.url}me`)
  expect(await texts(panel)).toEqual(before)
  await panel.getByRole('button', { name: 'Go on' }).click()
  await expect.poll(async () => (await texts(panel)).length).toBeGreaterThan(before.length)
  await panel.getByRole('button', { name: 'Clear' }).click()
  await expect(panel.getByRole('listitem')).toHaveCount(0)
})

test('a copied report is replayed as the same picture, in another browser', async ({
  app,
  otherBrowser,
}) => {
  const panel = await signedIn(app)
  await app.page.evaluate(() => {
    const copied: string[] = []
    Object.assign(window, { copied })
    navigator.clipboard.writeText = async (text) => void copied.push(text)
  })
  await panel.getByRole('button', { name: 'Copy report' }).click()
  await panel.getByRole('button', { name: 'Copy Mermaid' }).click()
  await expect(panel).toContainText('Copied.')
  const [report = '', mermaid = ''] = await app.page.evaluate(
    () => (window as unknown as { copied: string[] }).copied,
  )
  expect(mermaid).toContain('sequenceDiagram\n  autonumber\n  participant U as user\n')
  expect(mermaid).toContain('  C->>A: exchange POST ')
  const drawn = await texts(panel)

  const other = await otherBrowser()
  const replay = await inspected(other)
  await replay.getByRole('button', { name: 'Paste report' }).click()
  await replay.getByRole('textbox', { name: 'The report' }).fill(report)
  await replay.getByRole('button', { name: 'Replay' }).click()
  await expect(replay.getByRole('heading')).toHaveText('A report that was pasted')
  expect(await texts(replay)).toEqual(drawn)
  expect((await other.state()).status).toBe('signed-out')
  await replay.getByRole('button', { name: 'Back to live' }).click()
  await expect(replay.getByRole('heading')).toHaveText('Signed out')
})

const markup = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
const event = { step: 'call', from: 'client', to: 'client', at: 1, outcome: 'ok', detail: {} }
const report = (events: unknown): string => JSON.stringify({ 'pixy-auth': 1, events })
const hostile: [name: string, text: string, said: RegExp][] = [
  ['no JSON', markup, /not JSON/],
  ['another thing', '[1]', /no report/],
  ['null', 'null', /no report/],
  ['huge', ' '.repeat(1_000_001), /too long/],
  ['many steps', report(Array.from({ length: 1001 }, () => event)), /more than 1000/],
  ['no step', report([event, null]), /Step 2/],
  ['a lane that is none', report([{ ...event, from: '__proto__' }]), /Step 1/],
  ['a step with markup', report([{ ...event, step: markup }]), /Step 1/],
  ['a time that is none', report([{ ...event, at: 'now' }]), /Step 1/],
]

test('a broken, huge or hostile report is refused or shown as text', async ({ app }) => {
  const panel = await signedIn(app)
  const before = await texts(panel)
  await panel.getByRole('button', { name: 'Paste report' }).click()
  const box = panel.getByRole('textbox', { name: 'The report' })
  const replay = panel.getByRole('button', { name: 'Replay' })
  for (const [name, text, said] of hostile) {
    await box.fill(text)
    await replay.click()
    await expect(panel.getByRole('alert'), name).toHaveText(said)
    expect(await texts(panel), name).toEqual(before)
  }
  const detail = { url: `javascript:${markup}`, [markup]: markup, method: markup }
  await box.fill(report([{ ...event, outcome: 'failed', error: 'network', hint: markup, detail }]))
  await replay.click()
  await expect(panel.getByRole('listitem')).toHaveCount(1)
  await panel.getByRole('list').getByRole('button').click()
  await expect(panel.getByText(markup).first()).toBeVisible()
  const hits = await app.page.evaluate(() => [
    'hit' in window,
    document.querySelector('pixy-inspector')?.shadowRoot?.querySelectorAll('img, script').length,
  ])
  expect(hits).toEqual([false, 0])
  expect((await app.state()).status).toBe('signed-in')
})

test('the inspector fits every page from 320 pixels on, in readable colors', async ({
  app,
  api,
}) => {
  const panel = await signedIn(app)
  api.handler = () => Response.error()
  await app.fetch(`${api.url}me`)
  await expect(panel).toContainText('Why?')
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [320, 1440]) {
      await app.page.emulateMedia({ colorScheme })
      await app.page.setViewportSize({ width, height: 800 })
      if (process.env['PIXY_SHOTS'])
        await app.page.screenshot({
          path: `${process.env['PIXY_SHOTS']}/${colorScheme}-${width}.png`,
        })
      const wide = await panel.evaluate(
        (element) =>
          [element, ...element.querySelectorAll('*')].filter(
            (one) =>
              one.getBoundingClientRect().right > innerWidth ||
              (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'auto'),
          ).length,
      )
      expect(wide, `${colorScheme} ${width}`).toBe(0)
    }
})
