import { AuthError } from '../errors.js'
import type { AuthorizationServer } from '../options.js'
import type { TokenSet } from '../vault/token/endpoint.js'
import { revoke } from '../vault/token/revoke.js'
import type { BackendContext } from './context.js'
import type { BackendSession, SessionChange } from './sessions.js'

/** What a later ID token changes. It can make the session end earlier, never later. */
export const claimsOf = (
  session: BackendSession,
  { idToken, user, endsAt }: TokenSet,
): SessionChange => ({
  idToken: idToken ?? session.idToken,
  user: { ...session.user, ...user },
  endsAt: Math.min(session.endsAt, endsAt ?? Infinity),
})

/**
 * Take over the claims of a later ID token after its signature is verified. The tokens have been saved before: to fetch
 * the keys may take longer than this process's turn lasts.
 */
export async function verifyClaims(
  context: BackendContext,
  server: AuthorizationServer,
  session: BackendSession,
  claims: SessionChange,
): Promise<BackendSession> {
  const { sessions } = context
  const isSigned = await context.signature()
  // If the keys cannot be fetched, the signature is neither right nor wrong.
  const isRight = await isSigned(context, server, claims.idToken ?? '').catch(() => undefined)
  if (isRight === false) throw await foreign(context, server, session, {})
  const changed = async (): Promise<BackendSession> =>
    sessions.change(await sessions.turn(session, () => false), claims)
  return isRight ? changed().catch(() => session) : session
}

/** End a session whose answer names another user or has a wrong signature: nothing in that answer can be trusted. */
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

/** End a session. @returns the error for its caller */
export async function ended(
  { sessions }: BackendContext,
  session: BackendSession,
  error: AuthError = new AuthError('session_ended'),
): Promise<AuthError> {
  await sessions.end(session)
  return error
}
