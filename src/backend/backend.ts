import type { Claims, Session } from '../api.js'
import { AuthError } from '../errors.js'
import { refusal, Refusal } from './answers.js'
import { createClientCredentials, type ClientCredentialsOptions } from './client-credentials.js'
import { backchannel } from './backchannel.js'
import { createContext } from './context.js'
import { resolveBackend } from './config.js'
import type { BackendOptions } from './options.js'
import { popup } from './popup.js'
import { proxy } from './proxy.js'
import { createRefresh } from './refresh.js'
import { getSession, postSession, postToken } from './session-routes.js'
import { callback, signIn } from './sign-in.js'
import { getSignOut, postSignOut } from './sign-out.js'

/** Who is signed in, for a server that renders pages. */
export interface BackendSessionInfo {
  /** The claims of the user. */
  readonly user: Claims
  /** What was granted. */
  readonly session: Session
}

/** A backend that keeps the tokens of a single-page app. Every method is bound. */
export interface Backend {
  /**
   * Answer a request to a path below `url`. Never rejects; a refusal is JSON: `{ error: { code, hint } }`.
   *
   * @returns `undefined` for any other path, which is the app's own
   */
  handle: (request: Request) => Promise<Response | undefined>
  /**
   * The user who sent this request; `undefined` while signed out. This method renews no token and sets no cookie.
   * Rejects with `server_error` if the store does not answer.
   */
  session: (request: Request) => Promise<BackendSessionInfo | undefined>
  /**
   * An access token of the client itself, for jobs without a user. The token is kept until shortly before it expires.
   * Rejects with `config`, `oauth_error`, `network`, `timeout`, `rate_limited`, `server_error`, `invalid_response`,
   * `discovery_failed` or `issuer_mismatch`.
   *
   * @see [RFC 6749 §4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4)
   */
  clientCredentials: (options?: ClientCredentialsOptions) => Promise<string>
}

type Route = (request: Request) => Promise<Response>

/**
 * A backend for one single-page app and one confidential client. It does nothing until one of its methods is
 * called, and uses web standards only: it runs wherever `fetch`, `Request` and WebCrypto do.
 *
 * @throws AuthError `config`, naming the option that is wrong and the remedy
 * @see [RFC 10017 §6](https://www.rfc-editor.org/rfc/rfc10017)
 */
export function createBackend(options: BackendOptions): Backend {
  const context = createContext(resolveBackend(options))
  const { backend, sessions } = context
  const refresh = createRefresh(context)
  const routes: ReadonlyMap<string, Readonly<Record<string, Route>>> = new Map([
    ['sign-in', { GET: (request: Request) => signIn(context, request) }],
    ['popup', { GET: (request: Request) => popup(context, request) }],
    ['callback', { GET: (request: Request) => callback(context, request) }],
    [
      'session',
      {
        GET: (request: Request) => getSession(context, request),
        POST: (request: Request) => postSession(context, request, refresh),
      },
    ],
    ['backchannel', { POST: (request: Request) => backchannel(context, request) }],
    ['token', { POST: (request: Request) => postToken(context, request, refresh) }],
    [
      'sign-out',
      {
        GET: (request: Request) => getSignOut(context, request),
        POST: (request: Request) => postSignOut(context, request),
      },
    ],
  ])

  function routeOf(name: string, method: string): Route {
    if (name.startsWith('api/')) return (request) => proxy(context, request, refresh, name)
    const methods = routes.get(name)
    if (!methods) throw new Refusal(404, new AuthError('config', 'There is no such route.'))
    const route = Object.hasOwn(methods, method) ? methods[method] : undefined
    const allow = Object.keys(methods).join(', ')
    if (!route) throw new Refusal(405, new AuthError('config', `Use ${allow}.`), { allow })
    return route
  }

  return {
    async handle(request) {
      const { pathname } = new URL(request.url)
      const base = `${backend.url.pathname}/`
      if (!`${pathname}/`.startsWith(base)) return undefined
      try {
        return await routeOf(pathname.slice(base.length), request.method)(request)
      } catch (failure) {
        return refusal(failure)
      }
    },
    async session(request) {
      const { carried } = await sessions.load(request)
      const now = sessions.latest(carried)
      return now && { user: now.user, session: now.session }
    },
    clientCredentials: createClientCredentials(context),
  }
}
