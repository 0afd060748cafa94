// Backends of other makes, as their public documents describe them, below `/of/another`.

/** One backend of another make, for one user. */
export interface OtherBackend {
  readonly handle: (request: Request) => Promise<Response | undefined>
  /** The requests that it got: method, path and query. */
  readonly asked: string[]
  /** The session's id, which the cookie must have, while there is a session. */
  session: string | undefined
  /** Gives another answer in place of the usual one. */
  answer: ((path: string) => Response | undefined) | undefined
}

export const user = { sub: 'user-1', name: 'Ada Lovelace', role: ['admin', 'author'] }

const cookie = 'other-session'
const redirect = (location: string, setCookie: string): Response =>
  new Response(null, { status: 302, headers: { location, 'set-cookie': setCookie } })

type Route = (
  query: URLSearchParams,
  isSignedIn: boolean,
  request: Request,
) => Response | undefined | Promise<Response>

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
      return made.answer?.(name) ?? (await route(searchParams, isSignedIn, request))
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

/** `Duende.BFF`: it requires `X-CSRF` from scripts, and the `sid` of the session for a sign-out. */
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

/** The Token Handler of Curity, and the authorization server behind it. */
export interface CurityBackend extends OtherBackend {
  /** Whether the access token in the cookie has expired. */
  isExpired: boolean
  /** Whether the server refuses to renew it. */
  isRefused: boolean
  /** The `error` that the server answers in place of a code. */
  error: string | undefined
  /** The forms that were sent to `login/start` and `login/end`. */
  readonly forms: Record<string, string>[]
}

/**
 * A script asks it for the server's URL, and brings it the server's answer. It requires the header
 * `token-handler-version` from scripts.
 */
export function curityBackend(): CurityBackend {
  let pending: string | undefined
  const forms: CurityBackend['forms'] = []
  const agent =
    (route: Route): Route =>
    (query, isSignedIn, request) =>
      request.headers.get('token-handler-version') === '1'
        ? route(query, isSignedIn, request)
        : refused(403, 'forbidden')
  const refused = (status: number, code: string): Response =>
    Response.json({ error_code: code, detailed_error: 'x' }, { status })
  const told = (isSignedIn: boolean): object => ({
    is_logged_in: isSignedIn,
    ...(isSignedIn && {
      id_token_claims: { ...user, auth_time: 1764000000, acr: 'strong', iss: 'https://id.example' },
      access_token_expires_in: 300,
    }),
  })
  const routes = (other: OtherBackend): Record<string, Route> => {
    const made = other as CurityBackend
    return {
      '/login/start': agent(async (_, __, request) => {
        const form = Object.fromEntries(new URLSearchParams(await request.text()))
        forms.push(form)
        pending = crypto.randomUUID()
        const url = new URL('/of/another/authorize', request.url)
        url.search = new URLSearchParams({ ...form, state: pending }).toString()
        const headers = {
          'set-cookie': `other-login=${pending}; Path=/; HttpOnly; SameSite=Strict`,
        }
        return Response.json({ authorization_url: url.href }, { headers })
      }),
      '/authorize': (query) => {
        const answer = made.error ? { error: made.error } : { code: 'the-secret-code' }
        const back = new URLSearchParams({ ...answer, state: query.get('state') ?? '', iss: 'x' })
        return redirect(`/signed-in?is=here&${back}`, 'x=; Path=/; Max-Age=0')
      },
      '/login/end': agent(async (_, __, request) => {
        const form = Object.fromEntries(new URLSearchParams(await request.text()))
        forms.push(form)
        const sent = request.headers.get('cookie') ?? ''
        const isOwn = form['state'] === pending && sent.includes(`other-login=${pending}`)
        pending = undefined
        if (!isOwn) return refused(400, 'invalid_state')
        if (form['error']) return refused(400, form['error'])
        made.session = crypto.randomUUID()
        const headers = {
          'set-cookie': `${cookie}=${made.session}; Path=/; HttpOnly; SameSite=Strict`,
        }
        return Response.json(told(true), { headers })
      }),
      '/session': agent((_, isSignedIn) => Response.json(told(isSignedIn))),
      '/refresh': agent((_, isSignedIn) => {
        // With that answer the agent removes its cookies.
        if (made.isRefused) made.session = undefined
        if (!isSignedIn || made.isRefused) return refused(401, 'session_expired')
        made.isExpired = false
        return Response.json({ access_token_expires_in: 300 })
      }),
      '/logout': agent((_, isSignedIn, { url }) => {
        if (!isSignedIn) return refused(401, 'unauthorized')
        made.session = undefined
        return Response.json({ logout_url: new URL('/signed-out', url).href })
      }),
      '/orders/': (_, isSignedIn, { headers }) =>
        isSignedIn && !made.isExpired && headers.get('token-handler-version') === '1'
          ? Response.json({ is: 'here' })
          : unauthorized(),
    }
  }
  return Object.assign(create(routes), {
    isExpired: false,
    isRefused: false,
    error: undefined,
    forms,
  })
}
