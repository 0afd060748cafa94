import { expect, type Tab } from '../support/fixture.js'
import { compare, test, type Arrived, type Shop } from '../support/resource-server.js'

type Fetch = typeof globalThis.fetch
type Case = readonly [name: string, work: (fetch: Fetch, url: string) => unknown]

test.beforeEach(async ({ app }) => {
  await app.open()
  await app.signIn()
})

/** What arrived, without the token, multipart boundaries and headers of the connection. */
function essence({ method, path, headers, bytes }: Arrived): unknown {
  const { authorization: _, connection: __, 'accept-language': ___, ...rest } = headers
  const boundary = /boundary=(\S+)/.exec(headers['content-type'] ?? '')?.[1]
  if (!boundary) return { method, path, headers: rest, bytes: bytes.toString('hex') }
  const { 'content-length': ____, 'content-type': type = '', ...others } = rest
  const neutral = (text: string): string => text.replaceAll(boundary, 'boundary')
  return { method, path, others, type: neutral(type), bytes: neutral(bytes.toString('latin1')) }
}

/** Expect that the last two requests arrived alike, and that only the second one had a token. */
function expectTwins({ arrived }: Shop, name: string): void {
  const two = arrived.splice(0)
  expect(two, name).toHaveLength(2)
  const [platform, ours] = two as [Arrived, Arrived]
  expect(essence(ours), name).toEqual(essence(platform))
  expect(platform.headers.authorization, name).toBeUndefined()
  expect(ours.headers.authorization, name).toMatch(/^Bearer \S+$/)
}

/** Expect that both `fetch` return the same for each case, and send the same but for the token. */
async function expectAlike(app: Tab, shop: Shop, cases: readonly Case[]): Promise<void> {
  await app.page.context().addCookies([{ name: 'crumb', value: 'yes', url: shop.origin }])
  for (const [name, work] of cases) {
    const { platform, ours } = await compare(app, work, `${shop.url}a`)
    expect(platform.value, name).toBeDefined()
    expect(ours, name).toEqual(platform)
    expectTwins(shop, name)
  }
}

const requests: Case[] = [
  ['a plain GET', (fetch, url) => fetch(url)],
  ['a URL object', (fetch, url) => fetch(new URL(url))],
  ['a query and a fragment', (fetch, url) => fetch(`${url}?a=%20b&c=d+e#f`)],
  ['a Request', (fetch, url) => fetch(new Request(url, { headers: { 'x-test': '1' } }))],
  ['a Request with a body', (f, url) => f(new Request(url, { method: 'PUT', body: 'grüße' }))],
  [
    'a Request and other wishes',
    (fetch, url) => fetch(new Request(url, { method: 'POST', body: 'a' }), { method: 'PUT' }),
  ],
  [
    'a Request whose body is replaced',
    (fetch, url) =>
      fetch(new Request(url, { method: 'POST', body: 'a' }), { method: 'POST', body: 'b' }),
  ],
  ['HEAD', (fetch, url) => fetch(url, { method: 'HEAD' })],
  ['DELETE', (fetch, url) => fetch(url, { method: 'DELETE' })],
  [
    'PATCH with JSON',
    (f, url) =>
      f(url, { method: 'PATCH', body: '{}', headers: { 'content-type': 'application/json' } }),
  ],
  ['a method in small letters', (fetch, url) => fetch(url, { method: 'post' })],
  [
    'headers as pairs',
    (fetch, url) =>
      fetch(url, {
        headers: [
          ['x-test', '1'],
          ['x-test', '2'],
        ],
      }),
  ],
  ['cookies', (fetch, url) => fetch(url, { credentials: 'include' })],
  ['no cookies', (fetch, url) => fetch(url, { credentials: 'omit' })],
  ['no cache', (fetch, url) => fetch(url, { cache: 'no-store' })],
  ['no referrer', (fetch, url) => fetch(url, { referrer: '' })],
  ['another referrer', (f, url) => f(url, { referrer: '/else', referrerPolicy: 'unsafe-url' })],
  ['a referrer policy', (fetch, url) => fetch(url, { referrerPolicy: 'no-referrer' })],
]

const bodies: Case[] = [
  ['text', (fetch, url) => fetch(url, { method: 'POST', body: 'Zoë 🦄 \r\n\0' })],
  ['empty text', (fetch, url) => fetch(url, { method: 'POST', body: '' })],
  ['no body', (fetch, url) => fetch(url, { method: 'POST', body: null })],
  [
    'a form',
    (f, url) => f(url, { method: 'POST', body: new URLSearchParams({ a: 'b c', d: 'ü' }) }),
  ],
  [
    'a Blob with a type',
    (f, url) => f(url, { method: 'POST', body: new Blob(['ab'], { type: 'image/png' }) }),
  ],
  ['a Blob without a type', (f, url) => f(url, { method: 'POST', body: new Blob(['ab']) })],
  [
    'an ArrayBuffer',
    (f, url) => f(url, { method: 'POST', body: new Uint8Array([0, 255, 128, 10]).buffer }),
  ],
  [
    'a part of an ArrayBuffer',
    (f, url) => f(url, { method: 'POST', body: new Uint8Array([1, 2, 255, 4]).subarray(1, 3) }),
  ],
  ['a DataView', (f, url) => f(url, { method: 'POST', body: new DataView(new ArrayBuffer(3), 1) })],
  [
    'a megabyte',
    (f, url) => f(url, { method: 'POST', body: new Uint8Array(1_000_000).map((_, i) => i % 251) }),
  ],
  [
    'FormData with a file',
    (fetch, url) => {
      const body = new FormData()
      body.append('name', 'Zoë')
      body.append('file', new File([new Uint8Array([0, 255, 13, 10])], 'ä.bin', { type: 'a/b' }))
      return fetch(url, { method: 'POST', body })
    },
  ],
  [
    'FormData whose names would end their header',
    (fetch, url) => {
      const body = new FormData()
      body.append('a"\r\nx: y\n', 'b\r\n--c')
      body.append('file', new File(['d'], 'a"; name="b\r\n\r\nc'))
      return fetch(url, { method: 'POST', body })
    },
  ],
  ['keepalive', (fetch, url) => fetch(url, { method: 'POST', body: 'bye', keepalive: true })],
]

test("every request arrives as by the platform's fetch, plus the token", async ({ app, shop }) => {
  await expectAlike(app, shop, requests)

  await test.step('cookies are sent only when asked for', async () => {
    await app.fetch(shop.url, { credentials: 'include' })
    await app.fetch(shop.url)
    expect(shop.arrived.map(({ headers }) => headers.cookie)).toEqual(['crumb=yes', undefined])
  })

  await test.step('fetch works without its object: `const { fetch } = auth`', async () => {
    const { value } = await app.attempt(async (url: string) => {
      const { fetch } = window.auth
      return (await fetch(url)).status
    }, shop.url)
    expect(value).toBe(200)
  })
})

test("every body arrives as by the platform's fetch, plus the token", async ({ app, shop }) => {
  await expectAlike(app, shop, bodies)

  await test.step('a stream is uploaded where the platform can, and fails like it elsewhere', async () => {
    const upload = (fetch: Fetch, url: string) => {
      const body = new Blob(['one', 'two']).stream()
      return fetch(url, { method: 'POST', body, duplex: 'half' } as RequestInit)
    }
    const { platform, ours } = await compare(app, upload, shop.url)
    expect(ours).toEqual(platform)
    if (platform.value) expectTwins(shop, 'a stream')
    else expect(shop.arrived).toEqual([])
  })
})

const mistakes: Case[] = [
  ['a body on a GET', (fetch, url) => fetch(url, JSON.parse('{"body":"a"}') as RequestInit)],
  ['a forbidden method', (fetch, url) => fetch(url, { method: 'CONNECT' })],
  ['a header that is none', (fetch, url) => fetch(url, { headers: { 'a b': 'c' } })],
  ['a mode that forbids other origins', (fetch, url) => fetch(url, { mode: 'same-origin' })],
  ['an integrity that is not kept', (fetch, url) => fetch(url, { integrity: 'sha256-AAAA' })],
  [
    'a stream without `duplex`',
    (f, url) => f(url, { method: 'POST', body: new ReadableStream({ start: (it) => it.close() }) }),
  ],
  [
    'a Request that was used',
    async (fetch, url) => {
      const request = new Request(url, { method: 'POST', body: 'a' })
      await request.text()
      return fetch(request)
    },
  ],
]

test("wrong arguments reject as with the platform's fetch", async ({ app, shop }) => {
  for (const [name, work] of mistakes) {
    const { platform, ours } = await compare(app, work, shop.url)
    const { message: _, ...told } = { message: '', ...(ours.error ?? ours) }
    const { message: __, ...expected } = { message: '', ...(platform.error ?? platform) }
    expect(told, name).toEqual(expected)
  }
})

test("T12: mode 'no-cors' is refused, because it would drop the token", async ({ app, shop }) => {
  const { ours } = await compare(app, (fetch, url) => fetch(url, { mode: 'no-cors' }), shop.url)
  expect(ours.error?.code).toBe('unsupported')
  expect(shop.arrived.filter(({ headers }) => headers['authorization'])).toHaveLength(0)
})

test('only a keepalive request outlives its page', async ({ app, shop }) => {
  shop.answer = () => new Promise(() => {})
  await app.page.evaluate((url) => {
    for (const keepalive of [true, false])
      window.auth.fetch(`${url}${keepalive}`, { keepalive }).catch(() => {})
  }, shop.url)
  await expect.poll(() => shop.arrived.length).toBe(2)
  const arrived = (path: string) => shop.arrived.find((it) => it.path.endsWith(path))?.gone.aborted
  await app.page.goto('about:blank')
  await expect.poll(() => arrived('false')).toBe(true)
  expect(arrived('true')).toBe(false)
})
