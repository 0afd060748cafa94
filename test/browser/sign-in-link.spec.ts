import { expect, Tab, test } from '../support/fixture.js'
import {
  answer,
  arrive,
  asked,
  codeOf,
  depart,
  edit,
  hold,
  make,
  said,
  shown,
} from '../support/sign-in-steps.js'
import { overwrite } from '../support/session.js'

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

test('a prepared link signs in when it is clicked, and returns to its returnTo', async ({
  app,
  server,
  context,
}) => {
  await app.open()
  const before = await app.history()
  const href = await prepare(app)
  expect(new URL(href).searchParams.get('state')).toMatch(/^px1l[\w-]{49}$/)
  await test.step('before the click neither page nor state changes', async () => {
    expect(await app.history()).toEqual(before)
    expect(server.requests('authorize')).toEqual([])
  })
  await test.step('clicked', async () => {
    await click(app, href)
    await app.page.waitForURL('**/deep?a=1#here')
    expect(await said(app)).toBe('signed-in')
    expect(server.requests('token')).toHaveLength(1)
  })
  await test.step('opened in a new tab: it signs in there, and here', async () => {
    await app.signOut({ local: true })
    await app.open()
    const opening = context.waitForEvent('page')
    await click(app, await prepare(app), '_blank')
    const other = new Tab(await opening)
    await other.page.waitForURL('**/deep?a=1#here')
    expect(await said(other)).toBe('signed-in')
    await app.becomes('signed-in')
    expect(shown(app)).toBe('/')
  })
})

test('signInUrl() is unsupported with pushed requests, and pushes nothing', async ({
  app,
  server,
  appOptions,
}) => {
  for (const [name, options, metadata] of [
    ['the server requires it', {}, { require_pushed_authorization_requests: true }],
    ['the app wants it', { par: true }, {}],
  ] as const)
    await test.step(name, async () => {
      server.options.metadata = metadata
      await app.open()
      await make(app, { ...appOptions, ...options })
      expect(codeOf(await app.attempt(() => window.auth.signInUrl()))).toBe('unsupported')
      expect(server.requests('par')).toEqual([])
      expect(await said(app)).toBe('signed-out')
      await overwrite(app)
    })
})

test('T42: an eleventh link replaces the first one, and no started sign-in', async ({
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

test('T42: a twenty-first sign-in replaces the first one, and no link', async ({ app, server }) => {
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

test('F51, T42: a sign-in under way is forgotten after an hour or a sign-out', async ({
  app,
  server,
}) => {
  await app.open()
  for (const [minutes, expected] of [
    [59, 'signed-in'],
    [61, 'unknown_transaction'],
  ] as const)
    for (const way of ['link', 'sign-in that was started'])
      await test.step(`a ${way} ${minutes} minutes old: ${expected}`, async () => {
        await app.open()
        const before = server.requests('token').length
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
        const exchanges = server.requests('token').length - before
        expect(exchanges).toBe(expected === 'signed-in' ? 1 : 0)
        await app.signOut({ local: true })
      })
  await test.step('a link, after signing out', async () => {
    await app.open()
    const href = await prepare(app)
    await app.signOut({ local: true })
    expect(await arrive(app, await answer(server, href))).toBe('unknown_transaction')
  })
})
