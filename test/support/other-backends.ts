// Backends of other makes, as their public documents describe them, below `/of/another`.

/** One backend of another make, for one user. */
export interface OtherBackend {
  readonly handle: (request: Request) => Promise<Response | undefined>
  /** What it was asked for: method, path and query. */
  readonly asked: string[]
  /** The session that a cookie names, while there is one. */
  session: string | undefined
  /** Another answer in place of the usual one. */
  answer: ((path: string) => Response | undefined) | undefined
}

export const user = { sub: 'user-1', name: 'Ada Lovelace', role: ['admin', 'author'] }

const cookie = 'other-session'
const redirect = (location: string, setCookie: string): Response =>
  new Response(null, { status: 302, headers: { location, 'set-cookie': setCookie } })

type Route = (query: URLSearchParams, isSignedIn: boolean, request: Request) => Response | undefined

function create(routes: (made: OtherBackend) => Record<string, Route>): OtherBackend {
  const made: OtherBackend = {
    asked: [],
    session: undefined,
    answer: undefined,
    async handle(request) {
      const { pathname, search, searchParams } = new URL(request.url)
      const [, path] = /^\/of\/another(\/.*)$/.exec(pathname) ?? []
      const name = path ?? (pathname.startsWith('/orders/') ? '/orders/' : '')
      const route = routes(made)[name]
      if (!route) return undefined
      made.asked.push(`${request.method} ${pathname}${search}`)
      const sent = request.headers.get('cookie') ?? ''
      const isSignedIn = !!made.session && sent.includes(`${cookie}=${made.session}`)
      return made.answer?.(name) ?? route(searchParams, isSignedIn, request)
    },
  }
  return made
}

function begin(made: OtherBackend, place: string): Response {
  made.session = crypto.randomUUID()
  return redirect(place, `${cookie}=${made.session}; Path=/; HttpOnly; SameSite=Strict`)
}

function end(made: OtherBackend): Response {
  made.session = undefined
  return redirect('/signed-out', `${cookie}=; Path=/; Max-Age=0`)
}

const unauthorized = (): Response => new Response(null, { status: 401 })

/** `Duende.BFF`: it wants `X-CSRF` from scripts, and the `sid` of the session for a sign-out. */
export const duendeBackend = (): OtherBackend =>
  create((made) => ({
    '/login': (query) => begin(made, query.get('returnUrl') ?? '/'),
    '/logout': (query) =>
      query.get('sid') === made.session ? end(made) : new Response(null, { status: 400 }),
    '/user': (_, isSignedIn, { headers }) => {
      if (!isSignedIn || headers.get('x-csrf') !== '1') return unauthorized()
      const { role, ...rest } = user
      const claims = [
        ...Object.entries({ sid: made.session, ...rest, auth_time: '1764000000' }),
        ...role.map((value) => ['role', value]),
        ['bff:session_expires_in', 3600],
        ['bff:logout_url', `/of/another/logout?sid=${made.session}`],
      ]
      return Response.json(claims.map(([type, value]) => ({ type, value })))
    },
    '/orders/': (_, isSignedIn, { headers }) =>
      isSignedIn && headers.get('x-csrf') === '1' ? Response.json({ is: 'here' }) : unauthorized(),
  }))

/** `@auth0/nextjs-auth0` 4. */
export const auth0Backend = (): OtherBackend =>
  create((made) => ({
    '/login': (query) => begin(made, query.get('returnTo') ?? '/'),
    '/logout': () => end(made),
    '/profile': (_, isSignedIn) => (isSignedIn ? Response.json(user) : unauthorized()),
    '/access-token': (query, isSignedIn) =>
      isSignedIn
        ? Response.json({
            token: `token for ${query.get('scope') ?? 'the sign-in'}`,
            scope: query.get('scope'),
            expires_at: Math.floor(Date.now() / 1000) + 300,
          })
        : Response.json({ error: { code: 'missing_session', message: 'x' } }, { status: 401 }),
  }))
