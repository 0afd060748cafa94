import { expect } from '../fixture.js'
import { compare, inParts, test, type Came } from '../words-fetch.js'

type Fetch = typeof globalThis.fetch
type Case = readonly [name: string, work: (fetch: Fetch, url: string) => unknown]

test.beforeEach(async ({ app }) => {
  await app.open()
  await app.signIn()
})

const answers: [name: string, init: ResponseInit, body: string | null][] = [
  ['204', { status: 204 }, null],
  ['205', { status: 205 }, null],
  ['404 with words of its own', { status: 404, statusText: 'Gone Fishing' }, 'nothing here'],
  ['403', { status: 403, headers: { 'x-answer': 'no', 'x-hidden': 'secret' } }, '{}'],
  ['500', { status: 500 }, ''],
  ['206', { status: 206, headers: { 'content-type': 'video/mp4' } }, 'part'],
]

for (const [name, init, body] of answers)
  test(`the answer ${name} is the platform's, member by member`, async ({ app, shop }) => {
    shop.answer = () => new Response(body, init)
    const { platform, ours } = await compare(app, (fetch, url) => fetch(url), shop.url)
    expect(platform.value).toMatchObject({ status: init.status })
    expect(ours).toEqual(platform)
  })

const redirects: Case[] = [
  ['followed', (fetch, url) => fetch(url)],
  ['left alone', (fetch, url) => fetch(url, { redirect: 'manual' })],
  ['an error', (fetch, url) => fetch(url, { redirect: 'error' })],
]

for (const [name, work] of redirects)
  test(`a redirect is ${name} as the platform does it`, async ({ app, shop }) => {
    const away = new Response(null, { status: 302, headers: { location: `${shop.url}there?a=1` } })
    shop.answer = ({ path }) => (path.endsWith('/here') ? away.clone() : new Response('there'))
    const { platform, ours } = await compare(app, work, `${shop.url}here`)
    expect(ours).toEqual(platform)
    const paths = shop.arrived.map(({ path }) => path)
    expect(paths.slice(paths.length / 2)).toEqual(paths.slice(0, paths.length / 2))
  })

const readings: Case[] = [
  ['instanceof Response', async (fetch, url) => (await fetch(url)) instanceof Response],
  ['json()', async (fetch, url) => (await fetch(url)).json()],
  ['blob() and its type', async (fetch, url) => (await (await fetch(url)).blob()).type],
  [
    'reading twice',
    async (fetch, url) => {
      const response = await fetch(url)
      await response.text()
      return response.text()
    },
  ],
  [
    'clone() and both bodies',
    async (fetch, url) => {
      const one = await fetch(url)
      const two = one.clone()
      const three = two.clone()
      const say = async (it: Response) => [
        it.status,
        it.ok,
        it.url,
        it.type,
        it.redirected,
        await it.text(),
      ]
      return [await say(three), await say(one), await say(two)]
    },
  ],
  [
    'clone() after reading',
    async (fetch, url) => {
      const response = await fetch(url)
      await response.text()
      return response.clone()
    },
  ],
  ['passing it on', async (fetch, url) => new Response((await fetch(url)).body).text()],
]

for (const [name, work] of readings)
  test(`of a response, ${name} is as with the platform's`, async ({ app, shop }) => {
    shop.answer = () => Response.json({ a: 'ü' })
    const { platform, ours } = await compare(app, work, shop.url)
    const said = (came: Came) => came.error?.name ?? came.value
    expect(said(ours)).toEqual(said(platform))
  })

const reset = (): never => {
  throw Object.assign(new Error('cut'), { name: 'ConnectionReset' })
}
const cut = (): Response => {
  const { response, send, fail } = inParts()
  send('par')
  setTimeout(fail, 100)
  return response
}

for (const [when, answer] of [
  ['before', reset],
  ['within', cut],
] as const)
  test(`a connection that is cut ${when} the answer fails as with the platform's fetch`, async ({
    app,
    shop,
  }) => {
    shop.answer = answer
    const { platform, ours } = await compare(app, async (f, url) => (await f(url)).text(), shop.url)
    expect(platform.error).toBeDefined()
    expect(ours.error).toMatchObject({ name: expect.stringMatching(/^(Type|Abort)Error$/) })
    if (answer === reset) expect(ours).toEqual(platform)
  })

test('an answer is read part by part, as it comes', async ({ app, shop }) => {
  const { response, send, end } = inParts()
  shop.answer = () => response
  // Firefox gives no answer before its first part.
  send('one')
  const reader = await app.page.evaluateHandle(
    async (url) => (await window.auth.fetch(url)).body?.getReader(),
    shop.url,
  )
  const next = () =>
    reader.evaluate(async (it) => {
      const part = await it?.read()
      return part?.done ? undefined : new TextDecoder().decode(part?.value)
    })
  expect(await next()).toBe('one')
  for (const part of ['two', 'three']) {
    send(part)
    expect(await next()).toBe(part)
  }
  end()
  expect(await next()).toBeUndefined()
})

test('an answer that nobody wants any more lets go of its connection', async ({ app, shop }) => {
  const { response, send } = inParts()
  shop.answer = () => response
  send('one')
  await app.page.evaluate(async (url) => (await window.auth.fetch(url)).body?.cancel(), shop.url)
  await expect.poll(() => shop.arrived[0]?.gone.aborted).toBe(true)
})
