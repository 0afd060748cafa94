import { own } from '../../config.js'
import { toData } from '../../errors.js'
import { fault } from '../../remedies.js'
import type { Inside } from '../inside.js'
import type { Mark } from '../record.js'
import { classify, Refusal, Unusable } from './classify.js'
import { longest } from './mark.js'
import { ended, settle, type Asked, type Turn } from './outcome.js'

/**
 * About 1 s, 3 s, 12 s, 48 s, 3 min, with jitter. After an outage everybody who is there comes back
 * within one such step: long ones make that about twice what a server of five-minute tokens is used
 * to (measured; shorter steps, or more jitter, made it two and a half times).
 */
const backoff = (tries: number): number =>
  Math.min(longest, 250 * 4 ** tries) * (0.5 + Math.random() / 2)

/** No tokens: what that means for the session. A network fault, a 5xx or nonsense never ends it. */
export async function unanswered(inside: Inside, failure: unknown, asked: Asked): Promise<Turn> {
  const { session } = inside
  const { record, mark, key } = asked
  const error = classify(failure)
  const data = toData(error)
  const now = Date.now()
  const { status, oauth, empty, retryAfter } = own(
    (failure instanceof Refusal ? failure : {}) as Partial<Refusal>,
  )
  const failed = async (more: Partial<Mark>, as = error): Promise<Turn> => {
    await settle(session, mark, more)
    return { type: 'failed', error: as }
  }
  // The tokens came, and cannot be used; the one presented for them must not be presented again.
  if (failure instanceof Unusable) return ended(inside, asked, error)
  // It cannot be sent any more, and the session is over.
  if (error.code === 'key_lost') return { type: 'failed', error }
  // It was not sent: the right to send it had run out.
  if (error.code === 'aborted') return settle(session, mark, {})
  if (status === 429 || (status === 503 && retryAfter))
    return settle(session, mark, { until: now + (retryAfter || 5000), error: data })

  if ((status === 400 || status === 401) && empty) {
    // Some servers say so of a dead token; a proxy may too. Twice, 30 s apart, is believed.
    const { emptyAt = now } = mark
    const over = session.clock.remaining(record.tokens[key]) <= 0
    if (now - emptyAt >= 30_000 && over) return ended(inside, asked)
    return failed({ emptyAt, until: Math.max(emptyAt + 30_000, now + 1000), error: data })
  }
  if (!oauth || !/^(200|400|401)$/.test(String(status))) {
    const tries = mark.tries + 1
    return settle(session, mark, { tries, until: now + backoff(tries), error: data })
  }
  // A token of its own that this refresh token never yielded: that call fails, the session stays.
  if (key && !record.tokens[key])
    return failed(
      {},
      fault(
        /scope|target/.test(oauth.error) ? 'insufficient_scope' : 'interaction_required',
        '',
        oauth,
      ),
    )
  if (oauth.error !== 'invalid_grant') return failed({ until: now + 30_000, error: data })
  // An attempt that was overtaken may have won, and may yet be told so.
  const late = (mark.prior ?? 0) + 60_000 - now
  if (late > 0) await new Promise((resolve) => setTimeout(resolve, late))
  return ended(inside, asked)
}
