import { expect } from '../support/fixture.js'
import { compare, test } from '../support/resource-server.js'

type Foreign = typeof globalThis
type Make = (realm: Foreign, url: string) => [RequestInfo | URL, RequestInit?]

// Objects that another window of the app has made: a frame, a popup, a portal.
const calls: [name: string, make: Make][] = [
  ['a Request', (realm, url) => [new realm.Request(url, { headers: { 'x-test': '1' } })]],
  [
    'a Request with a body',
    (realm, url) => [new realm.Request(url, { method: 'POST', body: 'grüße' })],
  ],
  [
    'a Request and init',
    (realm, url) => [new realm.Request(url), new realm.Object({ method: 'DELETE' })],
  ],
  ['a URL', (realm, url) => [new realm.URL(url)]],
  [
    'FormData',
    (realm, url) => {
      const body = new realm.FormData()
      body.append('file', new realm.File(['grüße'], 'a.txt'))
      return [url, { method: 'POST', body }]
    },
  ],
  [
    'a form',
    (realm, url) => [url, { method: 'POST', body: new realm.URLSearchParams({ a: 'ü' }) }],
  ],
  [
    'a Blob',
    (realm, url) => [url, { method: 'POST', body: new realm.Blob(['a'], { type: 'b/c' }) }],
  ],
  ['bytes', (realm, url) => [url, { method: 'POST', body: new realm.Uint8Array([0, 255, 10]) }]],
  ['Headers', (realm, url) => [url, { headers: new realm.Headers({ 'x-test': '1' }) }]],
  ['a signal', (realm, url) => [url, { signal: new realm.AbortController().signal }]],
]

const withoutBoundary = (text: string, type = ''): string =>
  text.replaceAll(/boundary=(\S+)/.exec(type)?.[1] ?? '\0', '')

test('a call with objects of another realm sends what the platform’s fetch sends', async ({
  app,
  shop,
}) => {
  await app.open()
  await app.signIn()
  for (const [name, make] of calls) {
    const { platform, ours } = await compare(
      app,
      (fetch, [make, url]: readonly [string, string]) => {
        const frame = document.createElement('iframe')
        document.body.append(frame)
        // eslint-disable-next-line no-eval -- the table's own function, sent to the page as text
        const given = ((0, eval)(`(${make})`) as Make)(
          frame.contentWindow as unknown as Foreign,
          url,
        )
        return fetch(...given)
      },
      [String(make), shop.url] as const,
    )
    expect(ours, name).toEqual(platform)
    const [theirs, mine] = shop.arrived.splice(0).map(({ method, headers, bytes }) => {
      const type = headers['content-type']
      return {
        method,
        test: headers['x-test'],
        type: withoutBoundary(type ?? '', type),
        text: withoutBoundary(bytes.toString('latin1'), type),
        scheme: headers['authorization']?.slice(0, 7),
      }
    })
    expect(mine, name).toEqual({ ...theirs, scheme: 'Bearer ' })
  }
})

test('a stream of another realm is sent once, as one of this realm', async ({ app, shop }) => {
  await app.open()
  await app.signIn()
  // Browsers upload streams by HTTP/2 only, or not at all: it is read just before the network.
  await app.page.evaluate(() => {
    const real = window.fetch.bind(window)
    window.fetch = async (input, init) => {
      const request = new Request(input, init)
      const { url, method, headers } = request
      return real(url, { method, headers, body: method === 'POST' ? await request.text() : null })
    }
  })
  shop.answer = () => new Response('why', { status: 401 })
  const { value } = await app.attempt(async (url: string) => {
    const frame = document.createElement('iframe')
    document.body.append(frame)
    const realm = frame.contentWindow as unknown as Foreign
    const init = { method: 'POST', body: new realm.Blob(['once']).stream(), duplex: 'half' }
    return (await window.auth.fetch(url, init as RequestInit)).status
  }, shop.url)
  expect(value).toBe(401)
  expect(shop.arrived).toHaveLength(1)
})
