import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Route } from '@playwright/test'
import { AuthError } from '../../src/errors.js'
import { expect, test as base, type Tab } from '../support/fixture.js'
import { alert, place, settled, signInByButton } from '../support/framework.js'
import { serve, type Served } from '../support/node-server.js'
import { answer, callback, shown } from '../support/sign-in-steps.js'

// The recipes of docs that take a router back, as they are written there.

/** A host that answers every path with a page of one recipe, as a site of its own. */
function host(scene: string): Promise<Served> {
  const page = (path: string): string =>
    `<!doctype html><link rel="icon" href="data:,"><body data-scene="${scene}" data-page="${path}">
    <div id="root"></div><script type="module" src="/documented.js"></script>`
  return serve(async ({ url }) => {
    const { pathname } = new URL(url)
    const isScript = pathname.endsWith('.js')
    const file = `${import.meta.dirname}/../../.build/app/${basename(decodeURI(pathname))}`
    const body = isScript ? await readFile(file, 'utf8') : page(pathname)
    const type = isScript ? 'text/javascript' : 'text/html'
    return new Response(body, { headers: { 'content-type': type } })
  })
}

const test = base.extend<{ scene: string }>({
  scene: ['', { option: true }],
  baseURL: async ({ scene }, use) => {
    const { origin, close } = await host(scene)
    await use(origin)
    await close()
  },
})

const signedIn = ({ page }: Tab): Promise<unknown> =>
  page.waitForFunction(() => window.auth?.state.status === 'signed-in')

const api = 'https://api.example.com/me'

const answered = (route: Route): Promise<void> =>
  route.fulfill({ json: 'Ada', headers: { 'access-control-allow-origin': '*' } })

for (const [scene, inside] of [
  ['react-router', '/inside?tab=2#part'],
  ['hash-router', '/#/inside?tab=2#part'],
  ['tanstack-router', '/inside?tab=2#part'],
] as const)
  test.describe(scene, () => {
    test.use({ scene, options: { resources: [api] } })
    test.beforeEach(({ app }) => app.page.route(api, answered))

    test('a loader signs in, and leads to the route with its fragment', async ({ app, server }) => {
      await app.page.goto(inside)
      await signedIn(app)
      await expect(place(app)).toHaveText('/inside?tab=2#part')
      expect(shown(app)).toBe(inside)
      expect(server.requests('authorize')).toHaveLength(1)
    })

    test('a loader of a route that the app navigates to signs in, too', async ({ app }) => {
      await app.page.goto('/')
      await app.page.waitForFunction(() => window.router && window.auth.state.status !== 'loading')
      await app.page.evaluate(() => {
        const { router } = window
        const to = { to: '/inside', search: { tab: 2 }, hash: 'part' }
        void ('latestLocation' in router
          ? router.navigate(to)
          : router.navigate('/inside?tab=2#part'))
      })
      await signedIn(app)
      await expect(place(app)).toHaveText('/inside?tab=2#part')
      expect(shown(app)).toBe(inside)
    })
  })

test.describe('angular', () => {
  test.use({
    scene: 'angular',
    serverOptions: { claims: { name: 'Ada' }, idTokenClaims: ['name'] },
  })

  test('a guard signs in, and leads to the route with its fragment', async ({ app, api }) => {
    await app.page.goto('/inside?tab=2#part')
    await settled(app, 'Hello Ada')
    await expect(place(app)).toHaveText('/inside?tab=2#part')
    expect(shown(app)).toBe('/inside?tab=2#part')
    expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
    await app.signOut({ local: true })
    await settled(app, 'Sign in')
  })
})

for (const scene of ['react-router', 'tanstack-router'])
  test.describe(`a loader of ${scene} that fails`, () => {
    test.use({ scene, options: { resources: [api] } })

    test('says why, and lets the user sign in', async ({ app, server }) => {
      await app.page.route(api, answered)
      server.consent = { error: 'server_error' }
      await app.page.goto('/inside')
      await expect(alert(app)).toHaveText(new AuthError('server_error').message)
      server.consent = {}
      await signInByButton(app)
      await settled(app, 'Ada')
    })

    test('shows no sign-in to a user where the API fails', async ({ app }) => {
      await app.page.route(api, (route) => route.abort())
      await app.page.goto('/inside')
      await expect(alert(app)).toBeVisible()
      await expect(app.page.getByRole('button')).toHaveText(['Try again'])
    })
  })

for (const [scene, redirectUri, inside] of [
  ['sveltekit', '/', '/inside?tab=2#part'],
  ['nuxt', '/docs/', '/docs/inside?tab=2#part'],
] as const)
  test.describe(scene, () => {
    test.use({ scene, options: { redirectUri } })

    for (const first of ['the first page', 'the sign-in'])
      test(`the router shows the page of the sign-in; ${first} is there first`, async ({
        app,
        server,
      }) => {
        await app.page.goto(redirectUri)
        await app.page.waitForFunction(() => window.auth?.state.status === 'signed-out')
        const href = await callback(app, server, { returnTo: inside })
        await app.page.goto(href, { waitUntil: 'commit' })
        if (first === 'the sign-in') await signedIn(app)
        await app.page
          .waitForFunction(() => window.auth)
          .then(() => app.page.evaluate(() => window.hydrate()))
        await expect(place(app)).toHaveText(scene === 'nuxt' ? '/inside?tab=2#part' : inside)
        await signedIn(app)
        expect(shown(app)).toBe(inside)
      })
  })

test.describe('pages', () => {
  test.use({ scene: 'pages' })

  test('the page of the sign-in is loaded', async ({ app, server }) => {
    await app.page.goto('/cart')
    await app.page.waitForFunction(() => window.auth)
    const href = await answer(server, await app.page.evaluate(() => window.auth.signInUrl()))
    await app.page.goto(href, { waitUntil: 'commit' })
    await expect(app.page.locator('body')).toHaveAttribute('data-page', '/cart')
    await signedIn(app)
    expect(server.requests('token')).toHaveLength(1)
  })
})
