import { expect } from '../support/fixture.js'
import { compare, inParts, test } from '../support/resource-server.js'

/** How an app reads a body. */
type Read = (response: Response) => Promise<unknown>

test.beforeEach(async ({ app }) => {
  await app.open()
  await app.signIn()
})

const readers: [name: string, read: Read][] = [
  ['text()', (it) => it.text()],
  ['json()', (it) => it.json()],
  ['blob()', (it) => it.blob()],
  ['bytes()', (it) => it.bytes()],
  ['arrayBuffer()', (it) => it.arrayBuffer()],
  ['formData()', (it) => it.formData()],
  ['clone()', (it) => it.clone().text()],
  [
    'a reader',
    ({ body }) => body!.pipeThrough(new TextDecoderStream()).pipeTo(new WritableStream()),
  ],
  [
    'a BYOB reader',
    async ({ body }) => {
      const reader = body!.getReader({ mode: 'byob' })
      while (!(await reader.read(new Uint8Array(3))).done);
    },
  ],
]

/** Where an app, or a library over `fetch`, puts the signal. */
const places: [
  name: string,
  make: (url: string, signal: AbortSignal) => [RequestInfo, RequestInit?],
][] = [
  ['init', (url, signal) => [url, { signal }]],
  ['the Request', (url, signal) => [new Request(url, { signal })]],
  ['a copy of the Request', (url, signal) => [new Request(new Request(url, { signal }).clone())]],
]

test('an abort while the body is read rejects every reader', async ({ app, shop, browserName }) => {
  shop.answer = () => {
    const { response, send } = inParts()
    send('{"one":')
    return response
  }
  for (const [reader, read] of readers)
    for (const [place, make] of places)
      for (const when of ['before', 'while'] as const) {
        const name = `${reader}, with the signal in ${place}, aborted ${when} it reads`
        const { platform, ours } = await compare(
          app,
          async (fetch, [url, make, read, when]) => {
            // eslint-disable-next-line no-eval -- the table's own functions, sent to the page as text
            const [args, run] = [make, read].map((it) => (0, eval)(`(${it})`)) as [
              (...given: unknown[]) => [string],
              Read,
            ]
            const control = new AbortController()
            const response = await fetch(...args(url, control.signal))
            if (when === 'before') control.abort(new RangeError('mine'))
            const came = run(response)
            if (when === 'while') setTimeout(() => control.abort(new RangeError('mine')))
            return came
          },
          [shop.url, String(make), String(read), when],
        )
        expect(ours, name).toEqual(platform)
        // Firefox 153 has a reason of its own while it reads by itself, with its own `fetch` as well.
        const reasons = browserName === 'firefox' ? ['RangeError', 'AbortError'] : ['RangeError']
        expect(reasons, name).toContain(ours.error?.name)
        await expect
          .poll(() => shop.arrived.every(({ gone }) => gone.aborted), { message: name })
          .toBe(true)
        shop.arrived.length = 0
      }
})

test.describe('with dpop', () => {
  test.use({ options: async ({ shop }, use) => use({ dpop: true, resources: [shop.url] }) })

  test('an answer that only asks for a nonce does not keep its connection', async ({
    app,
    shop,
  }) => {
    shop.answer = () => {
      if (shop.arrived.length > 1) return new Response('yes')
      const { response, send } = inParts()
      send('no')
      const headers = { 'dpop-nonce': 'n', 'www-authenticate': 'DPoP error="use_dpop_nonce"' }
      return new Response(response.body, { status: 401, headers })
    }
    expect(await app.fetch(shop.url)).toMatchObject({ value: { status: 200, body: 'yes' } })
    await expect.poll(() => shop.arrived[0]?.gone.aborted).toBe(true)
  })
})
