import type { VaultConfig } from '../../config.js'
import { AuthError } from '../../errors.js'
import { parseUrl } from '../../lib/url.js'
import { proofFor } from '../calls/proof.js'
import type { VaultContext } from '../context.js'
import { activeOf, type NewSession } from '../record.js'
import { requestTokens, type TokenSet } from '../token/endpoint.js'
import { oauthError, oauthFields } from '../token/errors.js'
import { isIssuer } from '../token/issuer.js'
import { revoke } from '../token/revoke.js'
import { saveNew, type Saved } from '../token/save.js'
import { sessionEnd } from '../token/session-expiry.js'
import { secretsIn } from '../token/secrets.js'
import type { Transaction } from './transactions.js'

/** What an exchange needs of the vault. */
export type RedeemContext = Pick<
  VaultContext,
  'config' | 'notes' | 'defaultTokenKey' | 'dpop' | 'signature' | 'authenticate'
>

/**
 * Exchange the code for tokens, and save the new session.
 *
 * @throws AuthError `issuer_mismatch`, `invalid_response`, `invalid_id_token`, the error that the server sent
 *   instead of a code, and what the request for tokens rejects with
 * @see [RFC 6749 §4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3)
 */
export async function exchange(
  context: VaultContext,
  transaction: Transaction,
  answer: URLSearchParams,
): Promise<Saved> {
  const { session } = context
  const seen = session.record()
  const created = await redeem(context, transaction, answer)
  const saved = await saveNew(session, created, seen, transaction.createdAt)
  if (!activeOf(saved.record)) await revoke(context, created, created.refreshToken)
  return saved
}

/**
 * Exchange the code for a session, which is not saved yet.
 *
 * @throws AuthError as `exchange` does
 */
export async function redeem(
  context: RedeemContext,
  transaction: Transaction,
  answer: URLSearchParams,
): Promise<NewSession> {
  const { config } = context
  const { server, codeVerifier, redirectUri, nonce, resource, key } = transaction
  const form = {
    grant_type: 'authorization_code',
    code: codeIn(answer, transaction, config),
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
    resource,
  }
  const tokens = await requestTokens(context, {
    server,
    form,
    expected: transaction,
    isOpenid: !!nonce,
    prove: await proofFor(context, { key }),
  })
  await checkSignature(context, transaction, tokens)
  return sessionOf(context, transaction, tokens)
}

/**
 * The code, if it comes from the server that was asked. Its `state` has been looked up already.
 *
 * @see [RFC 9207 §2.4](https://www.rfc-editor.org/rfc/rfc9207#section-2.4)
 */
function codeIn(params: URLSearchParams, transaction: Transaction, config: VaultConfig): string {
  const answer = Object.fromEntries(params)
  const { code } = answer
  // RFC 6749 §3.1: no parameter may come twice. An answer that is so long comes from an attacker's link.
  if (params.size > Object.keys(answer).length || `${params}`.length > 16_384)
    throw new AuthError('invalid_response', 'A parameter is given twice, or it is too long.')
  if (!isFromServer(params, transaction, config))
    throw new AuthError('issuer_mismatch', namedBy(answer))
  const { codeVerifier, nonce = '' } = transaction
  const oauth = oauthFields(answer, [codeVerifier, nonce, ...secretsIn(params)])
  if (oauth && !code) throw oauthError(oauth, !transaction.isSilent)
  // An answer has either a code or an error.
  if (!code || oauth) throw new AuthError('invalid_response', 'It needs `code` or `error`.')
  return code
}

/** Tells the developer which issuer an answer names: it may be the right one, but spelled differently. */
const namedBy = ({ iss = '' }: Readonly<Record<string, string>>): string | undefined =>
  parseUrl(iss) && `It names "${iss.slice(0, 200)}".`

/**
 * Whether the answer names the server that was asked, if it has to name one.
 *
 * @see [RFC 9207 §2.4](https://www.rfc-editor.org/rfc/rfc9207#section-2.4)
 */
export function isFromServer(
  params: URLSearchParams,
  { server }: Transaction,
  { issuer, server: given }: VaultConfig,
): boolean {
  const iss = params.get('iss')
  const isNamed = iss || server.authorization_response_iss_parameter_supported
  // If the client knows no issuer, there is nothing to compare.
  const isKnown = issuer ?? given.issuer
  return !isKnown || !isNamed || isIssuer(server.issuer, iss ?? '')
}

async function checkSignature(
  context: RedeemContext,
  { server }: Transaction,
  { idToken }: TokenSet,
): Promise<void> {
  if (!context.config.verifySignature || !idToken) return
  const isSigned = await context.signature()
  if (!(await isSigned(context, server, idToken)))
    throw new AuthError('invalid_id_token', 'Its signature is wrong.')
}

function sessionOf(
  { config, defaultTokenKey }: RedeemContext,
  { server, scope, resource, asked, key }: Transaction,
  tokens: TokenSet,
): NewSession {
  const { token, user, identity, idToken, refreshToken, acr, authTime, extra } = tokens
  return {
    requestedAt: token.receivedAt,
    endsAt: sessionEnd(config, { requestedAt: token.receivedAt }, tokens.endsAt),
    server,
    session: {
      issuer: identity?.iss ?? server.issuer,
      // If a server grants what was asked for, it need not repeat the scope. RFC 6749 §5.1.
      scope: tokens.scope ?? scope.split(' ').filter(Boolean),
      tokenType: token.type,
      acr,
      authTime,
      extra,
    },
    user,
    identity,
    idToken,
    refreshToken,
    resource,
    asked,
    key,
    tokens: { [defaultTokenKey]: token },
  }
}
