import * as fc from 'fast-check'
import { expect, test } from '../support/fixture.js'
import { answer } from '../support/sign-in-steps.js'

// Where a sign-in may lead, judged by the browser's own URL parser.

test.use({ mode: 'manual' })

// prettier-ignore
const pieces = [
  'http:', 'https:', 'HTTP:', 'ftp:', 'ws:', 'javascript:', 'data:text/html,', 'blob:', 'filesystem:', 'about:', 'view-source:', 'file:',
  '/', '//', '///', '\\', '\\\\', '/\\', '..', '.', '%2e', '%2E%2e', '%2f', '%5c', '%00', '%09', '%', '%zz', '@', ':', ':80', '?', '#', '&', '=',
  '\t', '\n', '\r', '\0', ' ', '\u00A0', '\u3000', '\uFEFF', '\u200B', '\u00AD', '\u202E', '。', '．', '｡', '․', '／', '＼', '⁄', '∕', '：', '＠', 'ａ', '\uD800',
  'ORIGIN', 'HOST', 'me:secret@', 'user@', '.evil.example', 'evil.example', '127.0.0.1', '[::1]', '0x7f.1', 'localhost', 'deep', 'a=1', '[', ']', '<', '"', '^',
]
const values = fc
  .array(
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces) }, fc.string({ maxLength: 3 })),
    {
      maxLength: 7,
    },
  )
  .map((parts) => parts.join(''))

test('T5, T6, T7: no random value of returnTo leads to another origin', async ({
  app,
  appOptions,
  servers,
}) => {
  await app.page.goto('/')
  const baseURL = servers.appOrigin
  const { host } = new URL(baseURL)
  // As many values by a fixed seed as by a new one; a value that is drawn twice counts once.
  const seeds = [7636, Math.trunc(Math.random() * 2 ** 31)]
  const drawn = seeds.flatMap((seed) => fc.sample(values, { numRuns: 3500, seed }))
  const all = Array.from(
    new Set(drawn.map((one) => one.replaceAll('ORIGIN', baseURL).replaceAll('HOST', host))),
  )
  expect(all.length).toBeGreaterThanOrEqual(5000)
  const { wrong, own } = await app.page.evaluate(
    async ([given, options]) => {
      let asked = ''
      let shown: string | undefined
      // An error without `state` is the callback of every value, so the URL of the page can stay.
      history.replaceState(null, '', '/?error=access_denied')
      const here = location.href
      history.replaceState = () => {}
      const state = { status: 'signed-out' } as const
      let vault: ReturnType<typeof window.Pixy.createVault> | undefined
      const client = (returnTo: string) =>
        window.Pixy.createAuthWith(
          (base) =>
            window.Pixy.resolveConfig(
              { ...options, navigate: ({ href }) => void (shown = href) },
              base,
            ),
          (...made) => ({
            ...(vault ??= window.Pixy.createVault(...made)),
            authorize: async (request) => ((asked = request.returnTo), 'about:blank'),
            callback: async () => ({ snapshot: state, returnTo }),
            prepare: async () => {},
          }),
        )
      const link = document.createElement('a')
      /** The URL that a link with this value opens, if it is on this origin. */
      const place = (value: string): string | undefined => {
        link.href = value
        const { protocol, host, username, password, href } = link
        const isOwn = /^https?:$/.test(protocol) && protocol === location.protocol
        return isOwn && host === location.host && !username && !password ? href : undefined
      }
      const found: unknown[] = []
      let places = 0
      const calling = client('')
      for (const value of given) {
        const expected = place(value)
        if (expected) places++
        await calling.signInUrl({ returnTo: value })
        if (asked !== (expected ?? here)) found.push(['asked', value, asked, expected])
        if (!place(asked)) found.push(['left', value, asked])
        shown = undefined
        const arriving = client(value)
        await arriving.start()
        if (shown !== expected) found.push(['shown', value, shown, expected])
        arriving.dispose()
      }
      return { wrong: found, own: places }
    },
    [all, appOptions] as const,
  )
  expect(wrong, `With the seeds ${seeds.join()}`).toEqual([])
  expect(own).toBeGreaterThan(500)
  expect(all.length - own).toBeGreaterThan(500)
})

// Beside the values of return-to.spec.ts. HOST stands for the app's host and port, DOMAIN and PORT
// for its parts.
const elsewhere: [returnTo: string][] = [
  ['///evil.example'],
  ['////evil.example'],
  ['/\\/evil.example'],
  ['\t/\\\tevil.example'],
  ['\u0001//evil.example'],
  ['\r\n\\\r\n\\evil.example'],
  ['ht\ntps://evil.example'],
  ['http:\\\\evil.example'],
  ['http:///evil.example'],
  ['//evil。example'],
  ['//evil．example'],
  ['//evil｡example'],
  ['//ⓔvil.example'],
  ['//evil%2eexample'],
  ['//evil.example\0'],
  ['//HOST@evil.example'],
  ['//evil.example\\@HOST'],
  ['//evil.example#@HOST'],
  ['//evil.example?@HOST'],
  ['http://HOST%2f@evil.example'],
  ['http://HOST。evil.example'],
  ['http://DOMAIN.:PORT/'],
  ['http://DOMAIN:1/'],
  ['http://DOMAIN:99999/'],
  ['http://127.0.0.1:PORT/'],
  ['http://0x7f.1:PORT/'],
  ['http://[::1]:PORT/'],
  ['http://@'],
  ['ws://HOST/'],
  ['ftp://HOST/'],
  ['file:///etc/passwd'],
  ['java\tscript:alert(1)'],
  ['JaVaScRiPt:alert(1)'],
  ['\u0000javascript:alert(1)'],
  ['javascript://HOST/%0aalert(1)'],
  ['data:,HOST'],
  ['view-source:http://HOST/'],
  ['blob:http://HOST/'],
  ['intent://HOST/'],
]
const odd: [returnTo: string, leadsTo: string][] = [
  ['http:evil.example', '/evil.example'],
  ['http:/evil.example', '/evil.example'],
  ['HTTP://HOST/other', '/other'],
  ['/.//evil.example', '//evil.example'],
  ['/%2e%2e//evil.example', '//evil.example'],
  ['/deep/../..//evil.example', '//evil.example'],
  ['/%2f/evil.example', '/%2f/evil.example'],
  ['%2f%2fevil.example', '/%2f%2fevil.example'],
  ['/%5cevil.example', '/%5cevil.example'],
  ['/%09/evil.example', '/%09/evil.example'],
  ['／／evil.example', '/%EF%BC%8F%EF%BC%8Fevil.example'],
  ['⁄⁄evil.example', '/%E2%81%84%E2%81%84evil.example'],
  ['@evil.example', '/@evil.example'],
  ['?//evil.example', '/deep?//evil.example'],
  ['#//evil.example', '/deep?a=1#//evil.example'],
]

for (const [what, corpus] of [
  ['a returnTo of another origin leads back to the page of the sign-in', elsewhere],
  ['a returnTo that only looks foreign leads to a page of this origin', odd],
] as const)
  test(`T5, T6: ${what}`, async ({ app, server, servers }) => {
    const { host, hostname, port } = new URL(servers.appOrigin)
    const rows = corpus.map(([returnTo, leadsTo = '/deep?a=1']: readonly [string, string?]) => [
      returnTo.replaceAll('HOST', host).replaceAll('DOMAIN', hostname).replaceAll('PORT', port),
      servers.appOrigin + leadsTo,
    ])
    const found: [string | undefined, string][] = []
    await app.page.goto('/deep?a=1')
    // No more links than a client remembers.
    for (let at = 0; at < rows.length; at += 10) {
      const ten = rows.slice(at, at + 10).map(([returnTo = '']) => returnTo)
      const links = await app.page.evaluate(async (given) => {
        history.replaceState(null, '', '/deep?a=1')
        const auth = window.Pixy.createAuth(window.options)
        const urls: string[] = []
        for (const returnTo of given) urls.push(await auth.signInUrl({ returnTo }))
        auth.dispose()
        return urls
      }, ten)
      const callbacks: string[] = []
      for (const link of links) callbacks.push(await answer(server, link))
      const ends = await app.page.evaluate(async (hrefs) => {
        const shown: string[] = []
        for (const href of hrefs) {
          history.replaceState(null, 'by the test', href)
          const auth = window.Pixy.createAuth(window.options)
          const { status } = await auth.start()
          shown.push(status === 'signed-in' ? location.href : status)
          auth.dispose()
        }
        return shown
      }, callbacks)
      for (const [index, end] of ends.entries()) found.push([ten[index], end])
    }
    expect(found).toEqual(rows)
    for (const place of new Set(found.map(([, end]) => end))) {
      await app.page.goto(place)
      expect(app.page.url(), place).toBe(place)
    }
  })
