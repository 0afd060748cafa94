import { AuthError } from '../errors.js'
import { withTimeout } from '../lib/timeout.js'
import type { AuthorizationServer } from '../options.js'
import type { Token } from '../vault/record.js'
import { isRefusal, saysDead } from '../vault/refresh/failed.js'
import { isConsistent, isSameUser } from '../vault/refresh/renewed.js'
import { requestTokens, type TokenSet } from '../vault/token/endpoint.js'
import { ErrorResponse, UnusableTokens } from '../vault/token/errors.js'
import { revoke } from '../vault/token/revoke.js'
import { claimsOf, ended, foreign, verifyClaims } from './claims.js'
import type { BackendContext } from './context.js'
import { fromServer } from './errors.js'
import { createPauses } from './pauses.js'
import type { BackendConfig } from './options.js'
import type { BackendSession, SessionChange } from './sessions.js'

/**
 * Renew a token of a session.
 *
 * @param unfit the value of a token that cannot be used, although it has not expired
 * @param isForced whether an API has refused it
 * @throws AuthError `session_ended`, `insufficient_scope`, `interaction_required`, `network`, `timeout`, …
 */
export type Refresh = (
  session: BackendSession,
  key: string,
  unfit?: string,
  isForced?: boolean,
) => Promise<BackendSession>

/** Milliseconds until a token expires. */
export const remaining = (token: Token | undefined): number =>
  token ? token.expiresAt - Date.now() : 0

type Server = AuthorizationServer | undefined

/** Longer than any caller waits: tokens that arrive late are kept for the next caller. */
const listenMs = 45_000
const doubtMs = 30_000

/**
 * Runs one refresh at a time for each session, because each presents the session's one refresh token. Without a store
 * this holds for one process, with a store for all processes.
 *
 * @see [RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)
 * @see [RFC 9700 §4.14](https://www.rfc-editor.org/rfc/rfc9700#section-4.14)
 */
export function createRefresh(context: BackendContext): Refresh {
  const { sessions, config } = context
  const flights = new Map<string, Promise<BackendSession>>()
  const pauses = createPauses()

  /** The server's metadata; not requested while a pause lasts. */
  async function metadata({ id, refreshToken }: BackendSession): Promise<Server> {
    return refreshToken && !pauses.has(id) ? context.discover() : undefined
  }

  async function run(
    asked: BackendSession,
    key: string,
    unfit: string | undefined,
    isForced: boolean,
  ): Promise<BackendSession> {
    // Whether another request or process has renewed the token first.
    const isRenewed = ({ version, tokens }: BackendSession): boolean =>
      version !== asked.version && remaining(tokens[key]) > 0 && tokens[key]?.value !== unfit
    const server = metadata(asked)
    // Wait for the metadata before the turn begins: a turn lasts long enough for one token request only.
    await server.catch(() => {})
    const session = await sessions.turn(asked, (session) => {
      if (isRenewed(session)) return true
      pauses.check(session.id)
      return !session.refreshToken
    })
    if (isRenewed(session)) return session
    try {
      const next = await presentFor(context, server, session, key, isForced)
      pauses.end(session.id)
      return next
    } catch (failure) {
      const error = fromServer(failure)
      pauses.begin(session.id, failure, error)
      if (session.refreshToken) await sessions.release(session)
      throw error
    }
  }

  return (session, key, unfit, isForced = false) => {
    const before = flights.get(session.id) ?? Promise.resolve()
    const next = before.then(
      () => run(session, key, unfit, isForced),
      () => run(session, key, unfit, isForced),
    )
    flights.set(session.id, next)
    const isDone = (): unknown => flights.get(session.id) === next && flights.delete(session.id)
    next.finally(isDone).catch(() => {})
    return withTimeout(config.timeout, next)
  }
}

/** Present the refresh token. No other function does. */
async function presentFor(
  context: BackendContext,
  known: Promise<Server>,
  session: BackendSession,
  key: string,
  isForced: boolean,
): Promise<BackendSession> {
  const { refreshToken, identity, resource, tokens } = session
  if (!refreshToken) {
    if (remaining(tokens['']) > 0)
      throw new AuthError('interaction_required', 'The server gave no refresh token.')
    throw await ended(context, session)
  }
  const server = (await known) ?? (await context.discover())
  try {
    const set = await requestTokens(context, {
      server,
      form: {
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        ...(key ? targetOf(key) : { resource }),
      },
      timeout: listenMs,
      isOpenid: !!identity,
    })
    if (!isSameUser(identity, set.identity)) throw await foreign(context, server, session, set)
    return await adoptTokens(context, server, session, key, set, isForced)
  } catch (failure) {
    throw await afterFailure(context, session, key, failure)
  }
}

function targetOf(key: string): { scope: string | undefined; resource: string | undefined } {
  const [scope, resource] = JSON.parse(key) as [string, string]
  return { scope: scope || undefined, resource: resource || undefined }
}

async function adoptTokens(
  context: BackendContext,
  server: AuthorizationServer,
  session: BackendSession,
  key: string,
  set: TokenSet,
  isForced: boolean,
): Promise<BackendSession> {
  const { sessions, backend, config } = context
  const { token, refreshToken, identity, idToken } = set
  const claims = isConsistent(session.identity, identity) ? claimsOf(session, set) : {}
  const isUnverified = config.verifySignature && claims.idToken === idToken && !!idToken
  const change: SessionChange = {
    tokens: {
      ...onlyNamed(session, backend),
      [key]: isForced ? { ...token, forcedAt: Date.now() } : token,
    },
    // Many servers send the refresh token and the claims only once: keep the earlier ones.
    refreshToken: refreshToken ?? session.refreshToken,
    refusedAt: undefined,
    ...(!isUnverified && claims),
  }
  // If the user signed out during the request, revoke the new tokens. If the store does not answer, this process's
  // memory decides.
  const now = await sessions.reload(session).catch(() => sessions.latest(session))
  if (!now) {
    await revoke(context, { server }, refreshToken)
    throw new AuthError('session_ended')
  }
  const next = await sessions.change(session, change)
  return isUnverified ? verifyClaims(context, server, next, claims) : next
}

/** The session's tokens, without those that have expired and those that the options no longer name. */
function onlyNamed(
  { tokens }: BackendSession,
  { tokens: named, upstreams }: BackendConfig,
): BackendSession['tokens'] {
  const keys = new Set(['', ...named, ...[...upstreams.values()].map(({ key }) => key)])
  const all = Object.entries(tokens)
  return Object.fromEntries(all.filter(([key, token]) => keys.has(key) && remaining(token) > 0))
}

/** What a refresh without tokens means for the session. A network fault, a 5xx or an unreadable body never ends it. */
async function afterFailure(
  context: BackendContext,
  session: BackendSession,
  key: string,
  failure: unknown,
): Promise<unknown> {
  if (failure instanceof UnusableTokens) return ended(context, session, failure.error)
  if (!(failure instanceof ErrorResponse) || !isRefusal(failure)) return failure
  const { oauth } = failure
  // The server refused a separate token that this refresh token never gave: only this call fails.
  if (oauth && key && !session.tokens[key]) {
    const isScope = /scope|target/.test(oauth.error)
    return new AuthError(isScope ? 'insufficient_scope' : 'interaction_required', undefined, oauth)
  }
  if (saysDead(oauth)) return ended(context, session)
  return doubtfulRefusal(context, session, failure)
}

/**
 * Many servers refuse a dead refresh token with another code than `invalid_grant`, or with none. A server that is being
 * set up may answer the same. So the session ends after two such refusals, 30 s apart, when all access tokens expired.
 */
async function doubtfulRefusal(
  context: BackendContext,
  session: BackendSession,
  failure: ErrorResponse,
): Promise<unknown> {
  const { refusedAt } = session
  const isOver = !Object.values(session.tokens).some((token) => remaining(token) > 0)
  if (refusedAt && Date.now() - refusedAt >= doubtMs && isOver) return ended(context, session)
  if (!refusedAt) await context.sessions.change(session, { refusedAt: Date.now() })
  return failure
}
