import { test as base, type Tab } from './fixture.js'
import { serve } from './node-server.js'
import type { Servers } from './servers.js'

/** A request as it arrived, byte by byte. */
export interface Arrived {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly bytes: Buffer
  /** Aborted when the client gives up. */
  readonly gone: AbortSignal
}

/** A resource server with generous CORS, credentials included: `url` is listed in `resources`, `aside` is not. */
export interface Shop {
  readonly origin: string
  readonly url: string
  readonly aside: string
  readonly arrived: Arrived[]
  /** Gives the answer; default: a greeting. */
  answer: (arrived: Arrived) => Response | Promise<Response>
}

/** The outcome of a call of either `fetch`. */
export interface Came {
  readonly value?: unknown
  readonly error?: { name: string; message: string; code?: unknown; typeError: boolean }
}

/** The outcomes of the same code with the platform's `fetch` and with `auth.fetch`. */
export interface Sides {
  readonly platform: Came
  readonly ours: Came
}

type Fetch = typeof globalThis.fetch

/**
 * Run the same piece of the app's code with the platform's `fetch`, then with `auth.fetch`. A
 * `Response` that the code returns is given member by member, its body byte by byte.
 */
export async function compare<A>(
  app: Tab,
  work: (fetch: Fetch, argument: A) => unknown,
  argument: A,
  between: () => Promise<void> = async () => {},
): Promise<Sides> {
  const run = (side: 'platform' | 'ours'): Promise<Came> =>
    app.page.evaluate(
      async ([source, given, side]) => {
        // eslint-disable-next-line no-eval -- the test's own function, sent to the page as text
        const run = (0, eval)(`(${source})`) as (fetch: Fetch, argument: unknown) => unknown
        async function told(value: unknown): Promise<unknown> {
          if (!(value instanceof Response)) return value
          const { status, statusText, ok, url, type, redirected, headers } = value
          const bytes = [...new Uint8Array(await value.arrayBuffer())]
          const all = [...headers]
          return { status, statusText, ok, url, type, redirected, headers: all, bytes }
        }
        const fetch: Fetch = side === 'ours' ? window.auth.fetch : (...all) => window.fetch(...all)
        try {
          return { value: await told(await run(fetch, given)) }
        } catch (caught) {
          if (!(caught instanceof Error)) return { value: { thrown: caught } }
          const { name, message } = caught
          const { code } = caught as { code?: unknown }
          return { error: { name, message, code, typeError: caught instanceof TypeError } }
        }
      },
      [work.toString(), argument, side] as const,
    )
  const platform = await run('platform')
  await between()
  return { platform, ours: await run('ours') }
}

/** An answer whose parts come when the test sends them. */
export function inParts(): {
  response: Response
  send(text: string): void
  end(): void
  fail(): void
} {
  let parts: ReadableStreamDefaultController | undefined
  const stream = new ReadableStream({ start: (it) => void (parts = it) })
  return {
    // Without a content type, a browser reads the first part before `fetch` resolves.
    response: new Response(stream, { headers: { 'content-type': 'application/octet-stream' } }),
    send: (text) => parts?.enqueue(Buffer.from(text)),
    end: () => parts?.close(),
    fail: () => parts?.error(new Error('cut')),
  }
}

function corsFor(request: Request): Record<string, string> {
  return {
    'access-control-allow-origin': request.headers.get('origin') ?? '*',
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': request.headers.get('access-control-request-method') ?? 'GET',
    'access-control-allow-headers': request.headers.get('access-control-request-headers') ?? '',
    'access-control-expose-headers': 'x-answer, www-authenticate, dpop-nonce',
    vary: 'origin',
  }
}

async function openShop({ visits }: Servers): Promise<{ shop: Shop; close(): Promise<void> }> {
  const served = await serve(async (request) => {
    const cors = corsFor(request)
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: cors })
    const { pathname, search } = new URL(request.url)
    const arrived: Arrived = {
      method: request.method,
      path: pathname + search,
      headers: Object.fromEntries(request.headers),
      bytes: Buffer.from(await request.arrayBuffer()),
      gone: request.signal,
    }
    shop.arrived.push(arrived)
    const place = pathname.startsWith('/listed/') ? 'API' : 'another origin'
    const { bytes, gone: _, ...what } = arrived
    visits.push({ ...what, body: bytes.toString(), place })
    const answer = await shop.answer(arrived)
    const headers = new Headers(answer.headers)
    for (const [name, value] of Object.entries(cors)) headers.set(name, value)
    const { status, statusText } = answer
    return new Response(answer.body, { status, statusText, headers })
  })
  const { origin } = served
  const shop: Shop = {
    origin,
    url: `${origin}/listed/`,
    aside: `${origin}/aside/`,
    arrived: [],
    answer: () => new Response('hello', { headers: { 'x-answer': 'yes' } }),
  }
  return { shop, close: served.close }
}

/** The usual fixtures, and a shop whose `url` is listed beside the usual API. */
export const test = base.extend<{ shop: Shop }>({
  shop: async ({ servers }, use) => {
    const { shop, close } = await openShop(servers)
    await use(shop)
    await close()
  },
  options: async ({ api, shop }, use) => use({ resources: [api.url, shop.url] }),
})
