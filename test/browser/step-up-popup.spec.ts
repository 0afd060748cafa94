import { expect, test, type Tab } from '../support/fixture.js'
import { click, closes } from '../support/popup.js'
import { shown } from '../support/sign-in-steps.js'
import { demanded, want } from '../support/step-up.js'

/** What `fetch` is called with. */
type Work = [url: string, init?: { method: string; body: string }]

declare global {
  interface Window {
    works: Work[]
    answers: string[]
  }
}

const code = 'step_up_required'

test.beforeEach(async ({ app }) => {
  await app.open('/desk?a=1')
  await app.signIn()
})

test.use({ options: { stepUp: 'popup' } })

test.beforeEach(async ({ app }) => {
  await app.page.evaluate(() => {
    window.answers = []
    const button = document.body.appendChild(document.createElement('button'))
    button.onclick = () => {
      for (const work of window.works)
        window.auth.fetch(...work).then(
          async (response) => window.answers.push(`${response.status} ${await response.text()}`),
          ({ code }) => window.answers.push(code),
        )
    }
  })
})

/** Let a click on the button make these calls. */
const prepare = (app: Tab, works: Work[]): Promise<void> =>
  app.page.evaluate((given) => void (window.works = given), works)

const answers = (app: Tab): Promise<string[]> => app.page.evaluate(() => window.answers)

/** Wait until each call has been answered. */
async function expectAnswers(app: Tab, ...all: string[]): Promise<void> {
  await expect.poll(() => answers(app), { intervals: [20] }).toHaveLength(all.length)
  expect(await answers(app)).toEqual(all)
}

test('simultaneous calls share one popup, and each is answered once', async ({
  app,
  api,
  server,
}) => {
  want(api, server, { acrValues: 'gold' })
  const post = (body: string): Work => [`${api.url}echo`, { method: 'POST', body }]
  const bodies = Array.from({ length: 50 }, (_, index) => `a transfer of ${index}`)
  await prepare(app, bodies.map(post))
  const popup = await click(app)
  await closes(popup)
  await expect.poll(() => answers(app), { intervals: [20] }).toHaveLength(50)
  expect((await answers(app)).filter((answer) => answer.startsWith('200 '))).toHaveLength(50)
  expect(api.seen).toHaveLength(100)
  for (const body of bodies)
    expect(api.seen.filter((seen) => seen.body === body).length, body).toBe(2)
  expect(server.requests('authorize')).toHaveLength(2)
  expect(server.requests('authorize')[1]?.params).toMatchObject({ acr_values: 'gold' })
  expect(shown(app)).toBe('/desk?a=1')
})

test('a demand that arrives after the step-up opens no popup', async ({ app, api, server }) => {
  want(api, server, { acrValues: 'gold' })
  const { handler } = api
  let answer = (): void => {}
  const late = new Promise<void>((resolve) => (answer = resolve))
  api.handler = async (request) => {
    if (request.url.endsWith('/late')) {
      const demand = await handler?.(request)
      if (demand) await late
      return demand
    }
    return handler?.(request)
  }
  await prepare(app, [[`${api.url}late`], [`${api.url}me`]])
  await closes(await click(app))
  await expect.poll(() => answers(app), { intervals: [20] }).toHaveLength(1)
  answer()
  await expect.poll(() => answers(app), { intervals: [20] }).toHaveLength(2)
  expect((await answers(app)).map((one) => one.slice(0, 3))).toEqual(['200', '200'])
  expect(server.requests('authorize')).toHaveLength(2)
})

test('T39: an API that demands for ever gets one step-up for a call', async ({
  app,
  api,
  server,
}) => {
  want(api, server, { maxAge: -1 })
  await prepare(app, [[`${api.url}me`]])
  await closes(await click(app))
  await expectAnswers(app, code)
  expect(api.seen).toHaveLength(2)
  expect(server.requests('authorize')).toHaveLength(2)
})

test('a call is not sent again if the user refuses, or is another user', async ({
  app,
  api,
  server,
}) => {
  want(api, server, { acrValues: 'gold' })
  await prepare(app, [[`${api.url}me`]])
  server.consent = { error: 'access_denied' }
  await closes(await click(app))
  await expectAnswers(app, 'access_denied')
  expect(await app.state()).toMatchObject({ status: 'signed-in' })
  server.consent = { subject: 'user-2' }
  await closes(await click(app))
  await expectAnswers(app, 'access_denied', 'account_changed')
  expect(api.seen).toHaveLength(2)
})

test('T39: a call is not sent again if the server gives a lower `acr`', async ({
  app,
  api,
  server,
}) => {
  want(api, server, { acrValues: 'gold' })
  await prepare(app, [[`${api.url}me`]])
  server.fail('token', { idToken: { acr: 'bronze' } })
  await closes(await click(app))
  await expectAnswers(app, code)
  expect(api.seen).toHaveLength(1)
  expect(await app.state()).toMatchObject({ status: 'signed-in' })
})

test('a call rejects with the demand if the browser blocks the popup', async ({
  app,
  api,
  server,
}) => {
  want(api, server, { acrValues: 'gold' })
  await app.page.evaluate(() => void (window.open = () => null))
  expect(await demanded(app, `${api.url}me`)).toMatchObject({ code, acrValues: 'gold' })
})

test('a call whose body cannot be sent again opens no popup', async ({ app, api }) => {
  const opened = await app.page.evaluate(async (url) => {
    let count = 0
    window.open = () => {
      count++
      return null
    }
    const challenge = 'Bearer error="insufficient_user_authentication"'
    // No browser here sends a stream to a server without HTTP/2.
    window.fetch = async () =>
      new Response('', { status: 401, headers: { 'www-authenticate': challenge } })
    const body = new Blob(['once']).stream()
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    await window.auth
      .fetch(url, init)
      .catch(({ code: said }) => (count += said === 'step_up_required' ? 0 : 9))
    return count
  }, `${api.url}echo`)
  expect(opened).toBe(0)
})
