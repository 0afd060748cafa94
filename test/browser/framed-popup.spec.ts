import type { Frame, Page } from '@playwright/test'
import type { SignInOptions } from '../../src/index.js'
import { expect, test as base, type Tab } from '../support/fixture.js'
import { until } from '../support/frame.js'
import { serve } from '../support/node-server.js'
import { closes } from '../support/popup.js'
import { want } from '../support/step-up.js'

// The app in a frame of a page on another site: its storage and its channels are apart.

interface Host {
  /** The origin of the page around the frame. */
  readonly origin: string
  /** Open it, with the app in it. */
  open(app: Tab, path?: string): Promise<Frame>
}

const test = base.extend<{ host: Host }, { launchOptions: object }>({
  // Firefox keeps the storage of a foreign frame apart, as it does for its users, and does not deny it.
  launchOptions: [
    async ({ launchOptions }, use) => {
      const { firefoxUserPrefs, ...rest } = launchOptions as { firefoxUserPrefs?: object }
      const prefs = { ...firefoxUserPrefs, 'network.cookie.cookieBehavior': 5 }
      await use({ ...rest, ...(firefoxUserPrefs && { firefoxUserPrefs: prefs }) })
    },
    { scope: 'worker' },
  ],
  host: async ({ servers }, use) => {
    const around = await serve(
      async (request) => {
        const { searchParams } = new URL(request.url)
        const html = `<!doctype html><link rel="icon" href="data:,"><iframe width="600" src="${searchParams.get('app')}"></iframe>`
        return new Response(html, { headers: { 'content-type': 'text/html' } })
      },
      { host: '127.0.0.1' },
    )
    await use({
      origin: around.origin,
      async open({ page }, path = '/desk') {
        await page.goto(
          `${around.origin}/?${new URLSearchParams({ app: servers.appOrigin + path })}`,
        )
        const frame = page.frames()[1]!
        await until(frame, () => 'auth' in window)
        await frame.evaluate(() => window.auth.start())
        return frame
      },
    })
    await around.close()
  },
})

test.beforeEach(({ servers }) => void (servers.coop = ''))
test.afterEach(({ servers }) => void (servers.coop = 'same-origin'))

/** Put a button into the frame that signs in by a popup, in place of the one before. */
async function button(
  frame: Frame,
  frameOrigins: readonly string[] | undefined,
  options: SignInOptions = {},
): Promise<void> {
  const all = { ...options, ...(frameOrigins && { frameOrigins }) }
  await frame.evaluate((given) => {
    document.querySelector('button')?.remove()
    window.popped = []
    window.controller = new AbortController()
    const { signal } = window.controller
    const one = document.body.appendChild(document.createElement('button'))
    one.textContent = 'Sign in'
    one.onclick = () =>
      void window.auth.signIn({ via: 'popup', signal, ...given }).then(
        ({ status }) => window.popped.push(status),
        ({ code }) => window.popped.push(code),
      )
  }, all)
}

async function click(app: Tab, frame: Frame): Promise<Page> {
  const [popup] = await Promise.all([app.page.waitForEvent('popup'), frame.click('button')])
  return popup
}

/** Wait until so many sign-ins have ended: what is wrong of how they ended is told at once. */
async function ends(frame: Frame, ...outcomes: string[]): Promise<void> {
  const popped = (): Promise<string[]> => frame.evaluate(() => window.popped)
  await expect.poll(popped, { intervals: [20] }).toHaveLength(outcomes.length)
  expect(await popped()).toEqual(outcomes)
}

/** Go on in the popup as its own page would: a browser may cut it off from the frame where the user types an address. */
const go = (popup: Page, url: string): Promise<void> =>
  popup.evaluate((place) => location.assign(place), url).catch(() => {})

test('F62: an app in a frame with separate storage signs in by a popup', async ({
  app,
  server,
  api,
  host,
}) => {
  const frame = await host.open(app)
  await button(frame, ['https://other.example', host.origin])
  await closes(await click(app, frame))
  await ends(frame, 'signed-in')
  expect(await frame.evaluate(() => window.auth.state)).toMatchObject({ user: { sub: 'user-1' } })
  expect(server.requests('token')).toHaveLength(1)
  const status = await frame.evaluate(
    async (url) => (await window.auth.fetch(url)).status,
    `${api.url}me`,
  )
  expect(status).toBe(200)
  // The session is in the frame's own storage.
  await app.open('/')
  expect((await app.state()).status).toBe('signed-out')
})

test('T21: a frame in a page that is not listed cannot begin a sign-in', async ({
  app,
  server,
  host,
}) => {
  const frame = await host.open(app)
  for (const origins of [undefined, [], ['https://host.example'], ['*'], [`${host.origin}/`]]) {
    await button(frame, origins)
    await closes(await click(app, frame))
    await ends(frame, 'unsupported')
  }
  expect(server.requests('authorize')).toEqual([])
})

test('T21: a frame cannot begin a sign-in by a redirect or a hidden frame', async ({
  app,
  server,
  host,
}) => {
  const frame = await host.open(app)
  for (const via of ['redirect', 'iframe'] as const) {
    const code = await frame.evaluate(
      ([how, origin]) =>
        window.auth
          .signIn({ via: how, frameOrigins: [origin] })
          .then(String, (error: { code: string }) => error.code),
      [via, host.origin] as const,
    )
    expect(code).toBe('unsupported')
  }
  expect(server.requests('authorize')).toEqual([])
})

test('T19: a message of another window, origin or sign-in is ignored', async ({
  app,
  server,
  servers,
  host,
}) => {
  server.consent = { page: 'Sign in' }
  const frame = await host.open(app)
  await button(frame, [host.origin])
  const popup = await click(app, frame)
  await popup.waitForURL(`${server.issuer}/**`)
  const [request] = server.requests('authorize')
  const state = request?.params['state'] ?? ''
  const forged = `${servers.appOrigin}/?code=stolen&state=${state}`
  // The page around the frame, the page of the server in the popup, and the app's own page with another state.
  await app.page.evaluate((url) => frames[0]?.postMessage(url, '*'), forged)
  await popup.evaluate((url) => (window.opener as Window).postMessage(url, '*'), forged)
  await frame.evaluate((url) => window.postMessage(url, '*'), forged)
  server.consent = {}
  await go(popup, `${servers.appOrigin}/?code=stolen&state=${state.slice(0, 10)}another`)
  await popup.waitForURL(`${servers.appOrigin}/**`)
  await popup.waitForFunction(() => 'auth' in window)
  await popup.evaluate(
    (url) => (window.opener as Window).postMessage(url, location.origin),
    `${servers.appOrigin}/?code=stolen&state=${state.slice(0, 10)}other`,
  )
  expect(server.requests('token')).toEqual([])
  await go(popup, request?.url ?? '')
  await ends(frame, 'signed-in')
  expect(server.requests('token')).toHaveLength(1)
})

test('a popup that is closed or cut off ends the sign-in with its reason', async ({
  app,
  server,
  servers,
  host,
}) => {
  server.consent = { page: 'Sign in' }
  const frame = await host.open(app)
  await button(frame, [host.origin])
  const popup = await click(app, frame)
  await popup.waitForURL(`${server.issuer}/**`)
  await popup.close()
  await ends(frame, 'popup_closed')
  server.consent = {}
  servers.coop = 'same-origin'
  await click(app, frame)
  await ends(frame, 'popup_closed', 'popup_closed')
})

test('a second click shows the popup again', async ({ app, server, servers, host }) => {
  server.consent = { page: 'Sign in' }
  const frame = await host.open(app)
  await button(frame, [host.origin])
  const popup = await click(app, frame)
  await popup.waitForURL(`${server.issuer}/**`)
  // A page of the app's own, so that it can tell that the frame asks for the focus.
  await go(popup, `${servers.appOrigin}/callback.html`)
  await popup.waitForURL(`${servers.appOrigin}/**`)
  await popup.evaluate(() => {
    window.focus = () => void (document.title = 'in front')
  })
  const pages = app.page.context().pages().length
  await frame.click('button')
  await popup.waitForFunction(() => document.title === 'in front')
  expect(app.page.context().pages()).toHaveLength(pages)
  server.consent = {}
  await go(popup, server.requests('authorize')[0]?.url ?? '')
  await ends(frame, 'signed-in', 'signed-in')
  expect(server.requests('authorize')).toHaveLength(2)
})

test('an abort signal ends the sign-in and closes the popup', async ({ app, server, host }) => {
  server.consent = { page: 'Sign in' }
  const frame = await host.open(app)
  await button(frame, [host.origin])
  const popup = await click(app, frame)
  await popup.waitForURL(`${server.issuer}/**`)
  await frame.evaluate(() => window.controller.abort())
  await ends(frame, 'aborted')
  await closes(popup)
})

for (const stepUp of ['popup', 'redirect'] as const)
  test.describe(`with stepUp: '${stepUp}'`, () => {
    test.use({ options: { stepUp } })

    test('a call rejects with what the API wants, and a click can sign in with that', async ({
      app,
      api,
      server,
      host,
    }) => {
      const frame = await host.open(app)
      await button(frame, [host.origin])
      await closes(await click(app, frame))
      await ends(frame, 'signed-in')
      want(api, server, { acrValues: 'gold', maxAge: 60 })
      const call = () =>
        frame.evaluate(async (url) => {
          try {
            return (await window.auth.fetch(url)).status
          } catch (error) {
            return (error as InstanceType<typeof window.Pixy.AuthError>).toJSON()
          }
        }, `${api.url}me`)
      await frame.evaluate(() => {
        const { open } = window
        window.open = (...given) => {
          window.popped.push('opened')
          return open.apply(window, given)
        }
      })
      const refused = await call()
      expect(refused).toMatchObject({ code: 'step_up_required', acrValues: 'gold', maxAge: 60 })
      expect(refused).toMatchObject({ hint: expect.stringContaining('frameOrigins') })
      expect(await frame.evaluate(() => window.popped)).toEqual(['signed-in'])
      expect(await frame.evaluate(() => window.auth.state.status)).toBe('signed-in')
      expect(server.requests('authorize')).toHaveLength(1)
      await button(frame, [host.origin], { acrValues: 'gold', maxAge: 60 })
      await closes(await click(app, frame))
      await ends(frame, 'opened', 'signed-in')
      expect(await call()).toBe(200)
    })
  })
