import { AuthError } from '../errors.js'
import type { AuthorizationServer } from '../options.js'
import type { TokenSet } from '../vault/token/endpoint.js'
import { revoke } from '../vault/token/revoke.js'
import type { BackendContext } from './context.js'
import type { BackendSession, SessionChange } from './sessions.js'

/** What a later ID token says. The server may bring the end nearer, and never puts it off. */
export const claimsOf = (
  session: BackendSession,
  { idToken, user, endsAt }: TokenSet,
): SessionChange => ({
  idToken: idToken ?? session.idToken,
  user: { ...session.user, ...user },
  endsAt: Math.min(session.endsAt, endsAt ?? Infinity),
})

/**
 * The claims of a later ID token count once its signature is right. Its keys may come later than the turn ends: the
 * tokens are saved before.
 */
export async function verifyClaims(
  context: BackendContext,
  server: AuthorizationServer,
  session: BackendSession,
  claims: SessionChange,
): Promise<BackendSession> {
  const { sessions } = context
  const isSigned = await context.signature()
  // Keys that cannot be had say nothing.
  const isRight = await isSigned(context, server, claims.idToken ?? '').catch(() => undefined)
  if (isRight === false) throw await foreign(context, server, session, {})
  const changed = async (): Promise<BackendSession> =>
    sessions.change(await sessions.turn(session, () => false), claims)
  return isRight ? changed().catch(() => session) : session
}

/** The answer is of another user, or not of the server: nothing of it can be trusted. */
export async function foreign(
  context: BackendContext,
  server: AuthorizationServer,
  session: BackendSession,
  { refreshToken }: { readonly refreshToken?: string | undefined },
): Promise<AuthError> {
  const both = [refreshToken, session.refreshToken]
  await Promise.all(both.map((token) => revoke(context, { server }, token)))
  return ended(context, session, new AuthError('invalid_id_token'))
}

/** End a session. @returns what its caller is told */
export async function ended(
  { sessions }: BackendContext,
  session: BackendSession,
  error: AuthError = new AuthError('session_ended'),
): Promise<AuthError> {
  await sessions.end(session)
  return error
}
