import { expect, test } from '../support/fixture.js'

type Method = 'getAccessToken' | 'signIn' | 'signInUrl' | 'signOut' | 'require'

const wrong: (readonly [Method, given: unknown, option: string])[] = [
  ...(['getAccessToken', 'signIn', 'signInUrl', 'signOut'] as const).flatMap((name) =>
    [5, 'x', true].map((given) => [name, given, 'options'] as const),
  ),
  ['getAccessToken', { scope: 5 }, 'scope'],
  ['getAccessToken', { scope: {} }, 'scope'],
  ['getAccessToken', { minTtl: 'x' }, 'minTtl'],
  ['getAccessToken', { minTtl: NaN }, 'minTtl'],
  ['getAccessToken', { minTtl: -1 }, 'minTtl'],
  ['signInUrl', { authorizationDetails: {} }, 'authorizationDetails'],
  ['signInUrl', { authorizationDetails: [5n] }, 'authorizationDetails'],
  ['signOut', { local: 'yes' }, 'local'],
  ['signOut', { local: 5 }, 'local'],
]

test('a wrong argument rejects with config, names the option and changes nothing', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn()
  for (const [name, given, option] of wrong) {
    const { error } = await app.attempt(
      ([name, given]) => (window.auth[name] as (given: unknown) => Promise<unknown>)(given),
      [name, given] as const,
    )
    expect(error, `${name} ${option}`).toMatchObject({ name: 'AuthError', code: 'config' })
    expect(error?.message, `${name} ${option}`).toContain(` ${option}: `)
  }
  expect(await app.state()).toMatchObject({ status: 'signed-in' })
  for (const endpoint of ['par', 'revocation'] as const)
    expect(server.requests(endpoint)).toEqual([])
  expect(server.requests('token')).toHaveLength(1)
})

test('`null` counts as no option: a sign-out reaches the server', async ({ app, server }) => {
  await app.open()
  await app.signIn()
  await app.page.evaluate(() => void window.auth.signOut({ local: null as never }))
  await expect.poll(() => server.requests('end_session').length).toBe(1)
})

test('a listener that is no function is refused and not kept', async ({ app }) => {
  await app.open()
  const { error } = await app.attempt(async () => {
    window.auth.subscribe(5 as never)
  })
  expect(error).toMatchObject({ name: 'AuthError', code: 'config' })
  const reported = await app.page.evaluate(async () => {
    let count = 0
    addEventListener('error', () => count++)
    await window.auth.signOut({ local: true })
    return count
  })
  expect(reported).toBe(0)
})

test('an event counts as no options', async ({ app }) => {
  await app.open()
  await app.signIn()
  const given = () => window.auth.getAccessToken(new Event('click') as never)
  expect((await app.attempt(given)).value).toEqual(expect.any(String))
})
