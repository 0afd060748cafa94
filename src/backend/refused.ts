import { AuthError } from '../errors.js'
import { isRefusal, saysDead } from '../vault/refresh/failed.js'
import { ErrorResponse, UnusableTokens } from '../vault/token/errors.js'
import { ended } from './claims.js'
import type { BackendContext } from './context.js'
import { remaining } from './expiry.js'
import type { BackendSession } from './sessions.js'

/** Milliseconds between two refusals that count as two. */
const doubtMs = 30_000

/** What a refresh without tokens means for the session. A network fault, a 5xx or an unreadable body never ends it. */
export async function afterFailure(
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
