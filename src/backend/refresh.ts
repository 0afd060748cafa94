import { withTimeout } from '../lib/timeout.js'
import type { BackendContext } from './context.js'
import { fromServer } from './errors.js'
import { createPauses } from './pauses.js'
import { presentFor, type Server } from './present.js'
import { remaining } from './expiry.js'
import type { BackendSession } from './sessions.js'

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
