import { expect, test, type Outcome, type Tab } from '../support/fixture.js'

// The recipes of docs/fetch.md, with the real packages.
test.use({ options: { redirectUri: '/libraries' } })

const libraries: [name: string, aborted: string, forbidden: string][] = [
  ['ky', 'AbortError', 'status code 403'],
  ['axios', 'CanceledError', 'status code 403'],
  ['openapi-fetch', 'AbortError', 'answered 403'],
  ['TanStack Query', 'CancelledError', 'answered 403'],
]

type Called = readonly [library: string, base: string]

/** GET `me`; `window.control` aborts it. */
const get = (app: Tab, called: Called): Promise<Outcome<unknown>> =>
  app.attempt(([library, base]: Called) => {
    window.control = new AbortController()
    return window.libraries[library]?.get(base, window.control.signal)
  }, called)

const post = (app: Tab, called: Called): Promise<Outcome<unknown>> =>
  app.attempt(
    ([library, base]: Called) => window.libraries[library]?.post(base, { text: 'é' }),
    called,
  )

for (const [name, aborted, forbidden] of libraries) {
  test(`${name} sends tokens and bodies, retries a 401, and reports failures`, async ({
    app,
    api,
  }) => {
    await app.open('/libraries')
    expect((await get(app, [name, api.url])).error).toMatchObject({ code: 'not_signed_in' })
    await app.signIn()
    expect(await get(app, [name, api.url])).toMatchObject({ value: { sub: 'user-1' } })
    const unauthorized = new Response(null, { status: 401 })
    api.handler = () => {
      api.handler = undefined
      return unauthorized
    }
    const body = '{"text":"é"}'
    expect(await post(app, [name, api.url])).toMatchObject({ value: { method: 'POST', body } })
    const [first, second, ...more] = api.seen.filter(({ method }) => method === 'POST')
    expect([first?.body, second?.body, more]).toEqual([body, body, []])
    expect(second?.headers['content-type']).toContain('application/json')
    expect(second?.headers['authorization']).not.toBe(first?.headers['authorization'])

    api.handler = () => Response.json({ error: 'forbidden' }, { status: 403 })
    expect((await get(app, [name, api.url])).error?.message).toContain(forbidden)
    const arrived = new Promise<AbortSignal>((resolve) => {
      api.handler = ({ signal }) => {
        resolve(signal)
        return new Promise(() => {})
      }
    })
    const given = get(app, [name, api.url])
    const gone = await arrived
    await app.page.evaluate(() => window.control?.abort())
    // The server sees the abort, too.
    await expect.poll(() => gone.aborted).toBe(true)
    const { error } = await given
    expect(`${error?.name}: ${error?.message}`).toContain(aborted)
  })
}
