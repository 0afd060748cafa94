import { digest } from '../../digest.js'
import { fault } from '../../remedies.js'
import type { Inside } from '../inside.js'
import { keep as keepRecord } from '../keep.js'
import { living, type Identity } from '../record.js'
import { revoke } from './end.js'
import { ended, type Asked, type Turn } from './outcome.js'
import { isSigned } from './signature.js'
import type { TokenSet } from './tokens.js'

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
