import { expect, test, type Tab } from '../support/fixture.js'
import { arrive, callback, edit, make, said, shown } from '../support/sign-in-steps.js'

test('returnTo leads to a page of the app; without it the user comes back here', async ({
  app,
  baseURL,
}) => {
  await app.open()
  for (const [returnTo, expected] of [
    [undefined, '/deep?a=1&b=%20#here'],
    ['/other?c=2#there', '/other?c=2#there'],
    ['?c=2', '/deep?c=2'],
    ['ORIGIN/other', '/other'],
    ['', '/deep?a=1&b=%20'],
  ] as const)
    await test.step(`${returnTo ?? 'left out'} leads to ${expected}`, async () => {
      await app.open('/deep?a=1&b=%20#here')
      const target = returnTo?.replace('ORIGIN', baseURL ?? '')
      await app.leave({ ...(target !== undefined && { returnTo: target }) })
      expect(await said(app)).toBe('signed-in')
      expect(shown(app)).toBe(expected)
      await app.signOut({ local: true })
    })
})

/** Sign in where the app shows `/deep?a=1`, and out again: the address after it. */
async function home(app: Tab, returnTo: string): Promise<string> {
  // Without a page load: only the way back from the server is under test.
  await app.page.evaluate(() => history.replaceState(null, '', '/deep?a=1'))
  await app.leave({ returnTo })
  expect(await said(app)).toBe('signed-in')
  const href = app.page.url()
  await app.signOut({ local: true })
  return href
}

// HOST is the app's host and port. A returnTo off this origin leads back to where the user left.
const hostile: [string, string?][] = [
  ['//evil.example'],
  ['/\\evil.example'],
  ['\\\\evil.example'],
  ['\\/evil.example'],
  ['/\t/evil.example'],
  ['\n//evil.example'],
  ['/\r\n/evil.example'],
  ['   //evil.example'],
  ['\0//evil.example'],
  ['https:evil.example'],
  ['https:/evil.example'],
  ['https:///evil.example'],
  ['HTTPS://evil.example'],
  ['javascript:alert(1)'],
  [' java\nscript:alert(1)'],
  ['data:text/html,<script>alert(1)</script>'],
  ['blob:http://HOST/0b0b0b0b-0b0b-0b0b-0b0b-0b0b0b0b0b0b'],
  ['filesystem:http://HOST/temporary/x'],
  ['http://HOST@evil.example/'],
  ['http://HOST.evil.example/'],
  ['http://evil.example/#http://HOST/'],
  ['https://HOST/'],
  ['about:blank'],
  ['http://me:secret@HOST/deep'],
  ['/..//evil.example', '//evil.example'],
  ['http://HOST//evil.example', '//evil.example'],
]

for (const [half, rows] of [
  ['what looks like a path', hostile.slice(0, 9)],
  ['what names a scheme', hostile.slice(9, 18)],
  ['what names the host', hostile.slice(18)],
] as const)
  test(`T5, T6: returnTo never leads off this origin: ${half}`, async ({ app, servers }) => {
    const baseURL = servers.appOrigin
    const { host } = new URL(baseURL)
    await app.open()
    for (const [returnTo, expected = '/deep?a=1'] of rows)
      await test.step(JSON.stringify(returnTo), async () => {
        expect(await home(app, returnTo.replaceAll('HOST', host))).toBe(baseURL + expected)
      })
  })

test('T5: a returnTo with credentials is dropped, and the sign-in succeeds', async ({
  app,
  servers,
}) => {
  const baseURL = servers.appOrigin
  await app.open('/deep')
  const href = await home(app, baseURL.replace('//', '//user:password@'))
  expect(new URL(href)).toMatchObject({ origin: baseURL, username: '', password: '' })
})

test('T7: returnTo is checked again when it is used', async ({ app, server }) => {
  const thrown: string[] = []
  app.page.on('pageerror', ({ message }) => thrown.push(message))
  await app.open()
  const href = await callback(app, server)
  await edit<Record<string, { returnTo: string }>>(app, 'pixy-auth:transactions:', (pending) => {
    for (const one of Object.values(pending)) one.returnTo = 'https://evil.example/'
  })
  expect(await arrive(app, href)).toBe('signed-in')
  expect(shown(app)).toBe('/')
  // The router was not even asked to go there.
  expect(thrown).toEqual([])
})

test.describe('with a router that fails', () => {
  test.use({ mode: 'manual' })

  test('the session stays, and the error is reported', async ({ app, server, appOptions }) => {
    const thrown: string[] = []
    app.page.on('pageerror', ({ message }) => thrown.push(message))
    await app.page.goto('/')
    await make(app, appOptions)
    await app.page.goto(await callback(app, server, { returnTo: '/deep' }))
    const status = await app.page.evaluate(async (options) => {
      const navigate = (): never => {
        throw new Error('no such page')
      }
      window.auth = window.Pixy.createAuth({ ...options, navigate })
      return (await window.auth.start()).status
    }, appOptions)
    expect(status).toBe('signed-in')
    await expect.poll(() => thrown).toEqual([expect.stringContaining('no such page')])
  })
})
