import { AuthError } from '../../errors.js'
import { tokenKey } from '../../lib/resources.js'
import { hashOf } from '../token/encoding.js'
import type { VaultContext } from '../context.js'
import { activeOf, type Identity, type SessionRecord } from '../record.js'
import type { TokenSet } from '../token/endpoint.js'
import { revoke } from '../token/revoke.js'
import { save } from '../token/save.js'
import { sessionEnd } from '../token/session-expiry.js'
import { endSession, type Attempt, type Step } from './step.js'

/** Whether a later ID token is of the same user. Without one there is nothing to compare. */
export const isSameUser = (before: Identity | undefined, after: Identity | undefined): boolean =>
  !before || !after || (before.iss === after.iss && before.sub === after.sub)

/**
 * Whether a later ID token is about the same sign-in, as it must be. Some servers count `auth_time` anew, or
 * add `azp`. That is no reason to lose a session, but the claims of such a token are left out.
 *
 * @see [OpenID Connect Core §12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)
 */
export function isConsistent(before: Identity | undefined, after: Identity | undefined): boolean {
  if (!before || !after) return true
  // Some servers leave `auth_time` out, or send 0.
  const hasTime = before.auth_time && after.auth_time
  const hasNonce = before.nonce && after.nonce
  const known = ({ aud, azp, auth_time, nonce }: Identity): string =>
    JSON.stringify([aud.toSorted(), azp, hasTime && auth_time, hasNonce && nonce])
  return known(before) === known(after)
}

/** Keep the new tokens, if they belong to what is stored now: another tab may have been faster. */
export async function renewed(
  context: VaultContext,
  tokens: TokenSet,
  attempt: Attempt,
): Promise<Step> {
  const { record } = attempt
  if (!isSameUser(record.identity, tokens.identity)) {
    const spent = [tokens.refreshToken, record.refreshToken]
    await Promise.all(spent.map((token) => revoke(context, record, token)))
    return endSession(context.session, attempt, new AuthError('invalid_id_token'))
  }
  // The tokens are saved before their signature is checked: the keys of the server may load slowly, and this
  // tab may be closed before.
  const isSame = isConsistent(record.identity, tokens.identity)
  const isUnverified = isSame && context.config.verifySignature && tokens.idToken
  const claimed =
    isUnverified || !isSame
      ? { ...tokens, idToken: undefined, endsAt: undefined, user: {} }
      : tokens
  const step = await adopt(context, claimed, attempt)
  return isUnverified && step.type === 'done' ? verifyLater(context, tokens, attempt, step) : step
}

/**
 * Whether the session still has the refresh token that was sent, or ended because the server refused that very
 * token.
 */
function isMeant(stored: SessionRecord, sent: string, refused: string): boolean {
  const active = activeOf(stored)
  return active
    ? active.refreshToken === sent
    : stored.ended === 'refused' && stored.refused === refused
}

/**
 * The session's scope, which is that of the first resource's token. If the answer names no scope, the server
 * granted what was asked for.
 *
 * @see [RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)
 */
function scopeOf(
  { config, defaultTokenKey: first }: VaultContext,
  { scope }: TokenSet,
  key: string,
  before: readonly string[],
): readonly string[] {
  const parts = (given: string): string[] => (given ? (JSON.parse(given) as string[]) : [])
  const [asked] = parts(key)
  const [own, resource] = parts(first)
  // Another token does not change that scope, unless a later release of the app uses it in place of the first
  // one, as it needs more scope than the sign-in asked for.
  if (key !== first && (own || key !== tokenKey(config.scope, resource))) return before
  return scope ?? (asked ? asked.split(' ') : before)
}

async function adopt(
  context: VaultContext,
  tokens: TokenSet,
  { record, key, isForced }: Attempt,
): Promise<Step> {
  const { token, refreshToken, idToken, user, endsAt } = tokens
  const sent = record.refreshToken ?? ''
  const refused = await hashOf(sent)
  let isAdopted = false
  const { record: after, unsaved } = await save(context.session, (stored) => {
    const active = activeOf(stored)
    isAdopted = stored?.id === record.id && isMeant(stored, sent, refused)
    if (!isAdopted) return undefined
    const base = active ?? record
    return {
      ...base,
      version: (stored?.version ?? 0) + 1,
      tokens: { ...base.tokens, [key]: isForced ? { ...token, forcedAt: Date.now() } : token },
      // Many servers repeat neither the refresh token nor the claims: then the earlier ones are kept.
      refreshToken: refreshToken ?? sent,
      idToken: idToken ?? base.idToken,
      user: { ...base.user, ...user },
      session: { ...base.session, scope: scopeOf(context, tokens, key, base.session.scope) },
      endsAt: sessionEnd(context.config, base, endsAt),
      lease: undefined,
    }
  })
  if (isAdopted) return { type: 'done', unsaved }
  if (after?.id !== record.id || !after.ended) return { type: 'again' }
  // The session ended meanwhile, so a refresh token that comes now is revoked. But if the server had refused
  // the earlier token, a faster tab may hold tokens of the same grant, which a revocation may end too.
  if (after.ended !== 'refused') await revoke(context, record, refreshToken)
  return { type: 'ended' }
}

/**
 * Take over the claims of a later ID token once its signature is right. If that cannot be checked, they are
 * left out, as a refresh needs none. If the signature is wrong, nothing in the answer can be trusted, and the
 * session ends.
 */
async function verifyLater(
  context: VaultContext,
  { idToken = '', user, refreshToken: received }: TokenSet,
  { record }: Attempt,
  step: Step,
): Promise<Step> {
  const { session } = context
  const refreshToken = received ?? record.refreshToken
  const verify = context.signature().then((isSigned) => isSigned(context, record.server, idToken))
  const isRight = await verify.catch(() => undefined)
  if (isRight === false) {
    const error = new AuthError('invalid_id_token', 'Its signature is wrong.')
    const ended = await endSession(session, { record: { ...record, refreshToken } }, error)
    await revoke(context, record, refreshToken)
    return ended
  }
  const change = session.change((stored) => {
    const active = activeOf(stored)
    return isRight && active?.id === record.id && active.refreshToken === refreshToken
      ? { ...active, version: active.version + 1, idToken, user: { ...active.user, ...user } }
      : undefined
  })
  await change.catch(() => {})
  return step
}
