import { expect, Tab, test } from '../support/fixture.js'
import { want } from '../support/step-up.js'

test.use({ options: { stepUp: 'popup' } })

// In a browser the popup has the focus; here each page says that it has.
test.beforeEach(({ context }) =>
  context.addInitScript(() => void (document.hasFocus = () => false)),
)

test('50 calls in 8 tabs at once open one popup per tab at most', async ({
  app,
  api,
  server,
  context,
}) => {
  await app.open()
  await app.signIn()
  const pages = await Promise.all(Array.from({ length: 7 }, () => context.newPage()))
  const tabs = [app, ...pages.map((page) => new Tab(page))]
  await Promise.all(tabs.slice(1).map((tab) => tab.open()))
  const popups = tabs.map(() => 0)
  for (const [index, { page }] of tabs.entries()) page.on('popup', () => popups[index]!++)
  want(api, server, { acrValues: 'gold' })
  const bodies = Array.from({ length: 50 }, (_, index) => `a transfer of ${index}`)
  const answers = tabs.map(({ page }, index) =>
    page.evaluate(
      ([url, mine]) =>
        Promise.all(
          mine.map(async (body) => {
            const response = await window.auth.fetch(url, { method: 'POST', body })
            return `${response.status} ${((await response.json()) as { body: string }).body}`
          }),
        ),
      [`${api.url}echo`, bodies.filter((_, at) => at % 8 === index)] as const,
    ),
  )
  const got = (await Promise.all(answers)).flat()
  expect(got.toSorted()).toEqual(bodies.map((body) => `200 ${body}`).toSorted())
  for (const count of popups) expect(count).toBeLessThanOrEqual(1)
  expect(Math.max(...popups)).toBe(1)
  // A call that came after the first step-up has a token that will do.
  for (const body of bodies)
    expect([1, 2], body).toContain(api.seen.filter((seen) => seen.body === body).length)
})
