import { expect, test } from '../support/fixture.js'
import { test as withShop } from '../support/resource-server.js'

const patterns = [
  '/api/*',
  '/api/**',
  'https://*.example.com/',
  'https://api.example.com/{version}/',
  'https://api.example.com/users/:id',
  'https://api.example.com/(.*)',
]

test('an entry of `resources` that can never match is refused with the remedy', async ({ app }) => {
  await app.open()
  const refused = async (resources: unknown[]) =>
    (
      await app.attempt((given) => {
        window.Pixy.createAuth({ ...window.options, resources: given as string[] })
      }, resources)
    ).error
  for (const pattern of patterns)
    for (const entry of [pattern, { url: pattern, scope: 'a' }]) {
      const error = await refused([entry])
      expect(error?.code, pattern).toBe('config')
      expect(error?.message, pattern).toContain('give an https prefix, no pattern')
    }
  for (const url of ['wss://api.example.com/', 'ws://localhost/']) {
    const error = await refused([url])
    expect(error?.code, url).toBe('config')
    expect(error?.message, url).toContain('getAccessToken()')
  }
  expect(
    await refused(['/a-b/v1.0/things', 'https://api.example.com:8443/~me/a@b/']),
  ).toBeUndefined()
})

withShop('a failed call to a URL near a resource warns in development', async ({ app, shop }) => {
  const told: string[] = []
  app.page.on('console', (it) => it.type() === 'warning' && told.push(it.text()))
  await app.open()
  await app.signIn()
  await app.fetch(shop.url)
  await app.fetch(`${shop.aside}fine?q=secret`)
  shop.answer = () => new Response('who?', { status: 401 })
  await app.fetch(`${shop.url}`)
  await app.fetch(`${new URL(app.page.url()).origin}/none.js`)
  await app.fetch(`${shop.aside}me?q=secret`)
  await expect
    .poll(() => told.filter((it) => it.includes('resources')))
    .toEqual([
      `pixy-auth: ${shop.aside}me got no token. No entry of \`resources\` has its URL; the nearest is "${shop.url}".`,
    ])
})

withShop(
  'the inspector says which entry is nearest to a call that got no token',
  async ({ app, shop }) => {
    await app.open()
    await app.signIn()
    await app.page.evaluate(() => void (window.Pixy.inspect(window.auth).open = true))
    const panel = app.page.getByRole('region', { name: 'pixy-auth inspector' })
    await expect(panel.getByRole('button', { name: /^callback/ })).toBeVisible()
    const secret = 'b4d0f00d-secret'
    shop.answer = () => new Response('who?', { status: 401 })
    await app.fetch(`${shop.aside}${secret}?q=${secret}`)
    await expect(panel).toContainText(
      `Why? This call went out without a token, or could not be sent with one. No entry of resources has its URL; the nearest is "${shop.url}".`,
    )
    await expect(panel).not.toContainText(secret)
    await expect(panel.getByRole('button', { name: /^call .* 401/ })).toHaveCount(1)
  },
)

withShop.describe('with an entry that may hold a secret', () => {
  const secret = 'b4d0f00d-0123456789-secret'
  withShop.use({ options: ({ shop }, use) => use({ resources: [`${shop.url}${secret}/`] }) })
  withShop('the inspector shows the entry without the secret', async ({ app, shop }) => {
    await app.open()
    await app.signIn()
    await app.page.evaluate(() => void (window.Pixy.inspect(window.auth).open = true))
    const panel = app.page.getByRole('region', { name: 'pixy-auth inspector' })
    shop.answer = () => new Response('who?', { status: 401 })
    await app.fetch(`${shop.url}me`)
    await expect(panel).toContainText(`the nearest is "${shop.url}…/".`)
    await expect(panel).not.toContainText(secret)
  })
})

withShop.describe('with `resources` empty', () => {
  withShop.use({ options: { resources: [] } })
  withShop('the error and the inspector say that no URL gets a token', async ({ app, shop }) => {
    await app.open()
    await app.signIn()
    await app.page.evaluate(() => void (window.Pixy.inspect(window.auth).open = true))
    const panel = app.page.getByRole('region', { name: 'pixy-auth inspector' })
    await expect(panel.getByRole('button', { name: /^callback/ })).toBeVisible()
    const { error } = await app.fetch(shop.url)
    expect(error).toMatchObject({ code: 'config' })
    await expect(panel).toContainText(
      'Why? This app is set up incorrectly. resources: it is empty, so no URL gets a token.',
    )
  })
})
