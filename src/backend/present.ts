import { AuthError } from '../errors.js'
import type { AuthorizationServer } from '../options.js'
import { isConsistent, isSameUser } from '../vault/refresh/renewed.js'
import { requestTokens, type TokenSet } from '../vault/token/endpoint.js'
import { revoke } from '../vault/token/revoke.js'
import { claimsOf, ended, foreign, verifyClaims } from './claims.js'
import type { BackendConfig } from './config.js'
import type { BackendContext } from './context.js'
import { afterFailure } from './refused.js'
import { remaining } from './expiry.js'
import type { BackendSession, SessionChange } from './sessions.js'

/** What the server says of itself, if that is known. */
export type Server = AuthorizationServer | undefined

/** Longer than any caller waits: tokens that arrive late are kept for the next caller. */
const listenMs = 45_000

/** Present the refresh token. No other function does. */
export async function presentFor(
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
