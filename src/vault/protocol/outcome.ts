import { digest } from '../../digest.js'
import { toData, type AuthError } from '../../errors.js'
import { keep as keepRecord } from '../keep.js'
import { living, type Active, type Identity, type Mark } from '../record.js'
import type { HeldSession } from '../session.js'
import type { Inside } from '../inside.js'
import { classify, Refusal, Unusable } from './classify.js'
import { revoke } from './end.js'
import { longest, type Claim } from './mark.js'
import { isSigned } from './signature.js'
import type { TokenSet } from './tokens.js'
import { fault } from '../../remedies.js'

/** How one turn of a refresh ended: it is done, or there is a reason to go round again. */
export type Turn = Exclude<Claim, { type: 'mine' }> | { readonly type: 'again' }

/** What was presented, under which mark, for which token. */
export interface Asked {
  readonly record: Active
  readonly mark: Mark
  readonly key: string
  readonly forced: boolean
}

/** The attempt is over, the session goes on: say in its mark what is to be waited for. */
export async function settle(
  session: HeldSession,
  { attempt }: Mark,
  more: Partial<Mark>,
): Promise<Turn> {
  await session.change((record) => {
    const there = living(record)
    if (there?.mark?.attempt !== attempt) return undefined
    // Any other answer than nothing at all forgets that there was nothing once.
    const { emptyAt: _, ...rest } = there.mark
    return { ...there, version: there.version + 1, mark: { ...rest, settled: true, ...more } }
  })
  return { type: 'again' }
}

/** A later ID token must speak of the same sign-in. @see OpenID Connect Core section 12.2 */
function isConsistent(before: Identity | undefined, after: Identity | undefined): boolean {
  if (!before || !after) return true
  // Some servers leave out when, or send 0; a server that says it must say the same.
  const then = (before.auth_time && after.auth_time && before.auth_time) || undefined
  const nonce = (before.nonce && after.nonce) || undefined
  const known = ({ iss, sub, aud, azp, auth_time, ...rest }: Identity): string =>
    JSON.stringify([iss, sub, aud.toSorted(), azp, then && auth_time, nonce && rest.nonce])
  return known(before) === known(after)
}

async function ended({ session }: Inside, { record }: Asked, error?: AuthError): Promise<Turn> {
  const sent = record.refreshToken ?? ''
  const { before } = await session.refuse(sent, await digest(sent))
  // Another tab had a new one meanwhile.
  if (!before) return { type: 'again' }
  return error ? { type: 'failed', error } : { type: 'ended' }
}

/**
 * The claims of a later ID token count once its signature is right. Where that cannot be told there
 * are none, as a refresh needs none; where it is wrong, nothing of that answer is to be trusted.
 */
async function believe(inside: Inside, set: TokenSet, asked: Asked, turn: Turn): Promise<Turn> {
  const { config, session } = inside
  const { record } = asked
  const { idToken = '', user, refreshToken = record.refreshToken } = set
  const signed = await isSigned(config, record.server, idToken).catch(() => undefined)
  if (signed === false) {
    const now = { ...asked, record: { ...record, refreshToken } }
    const over = await ended(inside, now, fault('invalid_id_token'))
    await revoke(inside, record, refreshToken)
    return over
  }
  const change = session.change((stored) => {
    const there = living(stored)
    return signed && there?.id === record.id && there.refreshToken === refreshToken
      ? { ...there, version: there.version + 1, idToken, user: { ...there.user, ...user } }
      : undefined
  })
  await change.catch(() => {})
  return turn
}

/** Keep what came, if it is for what is stored now; who overtook whom does not matter. */
export async function keep(inside: Inside, set: TokenSet, asked: Asked): Promise<Turn> {
  const { record, key, forced } = asked
  const sent = record.refreshToken ?? ''
  if (!isConsistent(record.identity, set.identity)) {
    await Promise.all([set.refreshToken, sent].map((token) => revoke(inside, record, token)))
    return ended(inside, asked, fault('invalid_id_token'))
  }
  // The keys may be slow to come, and this tab may not live so long: the tokens are kept before.
  const unproven = inside.config.verifySignature && set.idToken
  const { idToken, user } = unproven ? { idToken: undefined, user: {} } : set
  const stone = await digest(sent)
  let kept = false
  const { record: there, unsaved } = await keepRecord(inside.session, (stored) => {
    const active = living(stored)
    // The token that was sent, or the stone over that very token.
    kept =
      stored?.id === record.id &&
      (active
        ? active.refreshToken === sent
        : stored.ended === 'refused' && stored.refused === stone)
    if (!kept) return undefined
    const base = active ?? record
    return {
      ...base,
      version: (stored?.version ?? 0) + 1,
      tokens: { ...base.tokens, [key]: set.token },
      // Many servers repeat neither the refresh token nor the claims: what there was stays.
      refreshToken: set.refreshToken ?? sent,
      idToken: idToken ?? base.idToken,
      user: { ...base.user, ...user },
      mark: undefined,
      ...(forced && { forcedAt: Date.now() }),
    }
  })
  const done: Turn = { type: 'done', unsaved }
  if (kept) return unproven ? believe(inside, set, asked, done) : done
  if (there?.id !== record.id || !there.ended) return { type: 'again' }
  // Signed out meanwhile: what came late must not live on. Otherwise it may be of the winner's own
  // grant, and is let be.
  if (there.ended === 'sign-out') await revoke(inside, record, set.refreshToken)
  return { type: 'ended' }
}

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
  const { status, oauth, empty, retryAfter } =
    failure instanceof Refusal ? failure : ({} as Partial<Refusal>)
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
