import type { BackendPreset } from '../options.js'
import {
  answer,
  ask,
  askedOf,
  noSession,
  paramsOf,
  pathOf,
  refusal,
  signedOut,
  unexpected,
  type Asked,
} from './answers.js'

async function session(asked: Asked): Promise<Response> {
  const { base, signal } = asked
  const profile = await ask(`${base}/profile`, { signal })
  const { status } = profile
  if (status === 401 || status === 204) return signedOut(asked)
  const user = (await profile.json().catch(() => undefined)) as Record<string, unknown> | undefined
  if (status !== 200 || typeof user?.['sub'] !== 'string')
    return unexpected(profile, `${base}/profile`)
  return answer({
    status: 'signed-in',
    // Its answer names no session, so two sessions of the same user cannot be told apart.
    id: user['sid'] ?? user['sub'],
    user,
    session: { issuer: user['iss'] ?? base, scope: [], tokenType: 'bearer' },
  })
}

/** The access token of the session, which the backend renews if necessary. */
async function token({ base, body, signal }: Asked): Promise<Response> {
  const url = new URL(`${base}/access-token`)
  for (const [name, value] of [
    ['scope', body['scope']],
    ['audience', body['resource']],
  ] as const)
    if (value) url.searchParams.set(name, String(value))
  const answered = await ask(url.href, { signal })
  const { error, ...given } = (await answered.json().catch(() => ({}))) as {
    error?: { code?: string }
    token?: string
    expires_at?: number
  }
  if (answered.status === 200)
    return answer({
      token: given.token,
      expiresIn: given.expires_at && given.expires_at - Math.floor(Date.now() / 1000),
    })
  if (error?.code === 'missing_session') return noSession()
  if (!error?.code) return unexpected(answered, `${base}/access-token`)
  // The backend does not say why a refresh failed, so the session may still be valid.
  return refusal('oauth_error', `It said "${error.code.replace(/[^\w-]/g, '')}".`)
}

/**
 * The backend of Auth0 for Next.js (`@auth0/nextjs-auth0` 4). It gives tokens to the page, and forwards no calls.
 *
 * @see [its routes](https://github.com/auth0/nextjs-auth0)
 */
export const nextjsAuth0: BackendPreset = {
  async fetch(url, init, called) {
    if (called)
      return refusal(
        'unsupported',
        'This backend makes no calls: leave out the `name` of the resource.',
      )
    const asked = askedOf(url, init)
    if (asked.route === 'session') return session(asked)
    if (asked.route === 'token') return token(asked)
    const logout = `${asked.base}/logout`
    // Only a sign-out that leaves the page says `local: false`. One that failed earlier is repeated without a visit.
    if (asked.body['local'] === false) return answer({ url: logout })
    await ask(logout, { signal: asked.signal })
    return answer({})
  },
  signInUrl(url) {
    const { resource, ...params } = Object.fromEntries(paramsOf(url))
    const login = new URL(url.href.replace(/\/sign-in\?.*$/, '/login'))
    login.search = new URLSearchParams({
      returnTo: pathOf(url),
      ...params,
      ...(resource && { audience: resource }),
    }).toString()
    return login.href
  },
}
