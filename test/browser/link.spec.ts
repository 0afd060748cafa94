import { expect, Tab, test } from '../fixture.js'
import { answer, arrive, asked, codeOf, depart, edit, hold, said, shown } from '../words-flow.js'

const prepare = (tab: Tab, returnTo = '/deep?a=1#here'): Promise<string> =>
  tab.page.evaluate((given) => window.auth.signInUrl({ returnTo: given }), returnTo)

/** Put a link into the page and click it. */
async function click(tab: Tab, href: string, target = ''): Promise<void> {
  await tab.page.evaluate(
    ([url, where]) => {
      const link = document.createElement('a')
      Object.assign(link, { href: url, target: where, textContent: 'Sign in' })
      document.body.append(link)
    },
    [href, target] as const,
  )
  await tab.page.getByRole('link').click()
}

test('a prepared link, clicked, signs in and comes back to where it says', async ({
  app,
  server,
}) => {
  await app.open()
  const href = await prepare(app)
  expect(new URL(href).searchParams.get('state')).toMatch(/^px1l[\w-]{49}$/)
  await click(app, href)
  await app.page.waitForURL('**/deep?a=1#here')
  expect(await said(app)).toBe('signed-in')
  expect(server.requests('token')).toHaveLength(1)
})

test('a prepared link opened in a new tab signs in there, and here', async ({ app, context }) => {
  await app.open()
  const opening = context.waitForEvent('page')
  await click(app, await prepare(app), '_blank')
  const other = new Tab(await opening)
  await other.page.waitForURL('**/deep?a=1#here')
  expect(await said(other)).toBe('signed-in')
  await app.becomes('signed-in')
  expect(shown(app)).toBe('/')
})

test('a prepared link waits for no click: nobody leaves, and the state does not change', async ({
  app,
  server,
}) => {
  await app.open()
  const before = await app.history()
  await prepare(app)
  expect(await app.history()).toEqual(before)
  expect(server.requests('authorize')).toEqual([])
})

for (const [name, options, metadata] of [
  ['the server requires', {}, { require_pushed_authorization_requests: true }],
  ['the app wants', { par: true }, {}],
] as const)
  test.describe(`where ${name} pushed requests`, () => {
    test.use({ options })

    test('a link is unsupported, and nothing is pushed', async ({ app, server }) => {
      server.options.metadata = metadata
      await app.open()
      expect(codeOf(await app.attempt(() => window.auth.signInUrl()))).toBe('unsupported')
      expect(server.requests('par')).toEqual([])
      expect(await said(app)).toBe('signed-out')
    })
  })

test('eleven links push out the first of them, and never a sign-in that was started', async ({
  app,
  server,
}) => {
  await app.open()
  const started = await depart(app, server, { returnTo: '/started' })
  const links: string[] = []
  for (let i = 0; i < 11; i++) links.push(await prepare(app, `/link${i}`))
  const [first = '', second = ''] = links
  expect(await arrive(app, await answer(server, first))).toBe('unknown_transaction')
  expect(await arrive(app, await answer(server, second))).toBe('signed-in')
  expect(shown(app)).toBe('/link1')
  expect(await arrive(app, await answer(server, started))).toBe('signed-in')
  expect(shown(app)).toBe('/started')
})

test('twenty-one started sign-ins push out the first of them, and no link', async ({
  app,
  server,
}) => {
  await app.open()
  const link = await prepare(app, '/link')
  const started: URL[] = []
  for (let i = 1; i <= 21; i++) {
    hold(server)
    await app.page.evaluate(() => void window.Pixy.createAuth(window.options).signIn())
    started.push(await asked(server, i))
  }
  const [first = '', second = ''] = started
  expect(await arrive(app, await answer(server, first))).toBe('unknown_transaction')
  expect(await arrive(app, await answer(server, second))).toBe('signed-in')
  expect(await arrive(app, await answer(server, link))).toBe('signed-in')
  expect(shown(app)).toBe('/link')
})

for (const [minutes, expected] of [
  [59, 'signed-in'],
  [61, 'unknown_transaction'],
] as const)
  for (const way of ['link', 'sign-in that was started'])
    test(`a ${way} ${minutes} minutes old: ${expected}`, async ({ app, server }) => {
      await app.open()
      const href = way === 'link' ? await prepare(app) : await depart(app, server)
      await edit<Record<string, { createdAt: number }>>(
        app,
        'pixy-auth:transactions:',
        (pending, by) => {
          for (const one of Object.values(pending)) one.createdAt -= by
        },
        minutes * 60_000,
      )
      expect(await arrive(app, await answer(server, href))).toBe(expected)
      expect(server.requests('token')).toHaveLength(expected === 'signed-in' ? 1 : 0)
    })

test('signing out forgets the sign-ins under way and the links', async ({ app, server }) => {
  await app.open()
  const href = await prepare(app)
  await app.signOut({ local: true })
  expect(await arrive(app, await answer(server, href))).toBe('unknown_transaction')
})
