import type { IDToken, TokenEndpointResponse } from 'oauth4webapi'
import type { Claims } from '../../door.js'
import { own } from '../../lib/own.js'
import type { Identity, Token } from '../record.js'
import { UnusableTokens, type Json } from './errors.js'
import { extraOf } from './extra.js'
import { http, type HttpContext } from './http.js'
import { identityClaims, isIssuedWith } from './id-token.js'
import { expiryOf } from './session-expiry.js'
import { secretsIn } from './secrets.js'
import { claimsOf, validate, type Asked } from './check-response.js'

/** The answer of the token endpoint, checked, in the form that the session stores. */
export interface TokenSet {
  readonly token: Token & Required<Pick<Token, 'type'>>
  readonly refreshToken: string | undefined
  readonly scope: readonly string[] | undefined
  readonly idToken: string | undefined
  readonly identity: Identity | undefined
  readonly user: Claims
  readonly acr: string | undefined
  readonly authTime: number | undefined
  /** When the server wants the session to end. */
  readonly endsAt?: number | undefined
  readonly extra: Record<string, unknown> | undefined
}

/** How one token request differs from others. */
export interface TokenRequest extends Asked {
  readonly form: Readonly<Record<string, string | undefined>>
  /** Milliseconds to wait for the answer. Default: the option `timeout`. */
  readonly timeout?: number
  readonly mayPost?: () => boolean
}

// Ten years: with a longer life, the end of a token may be no valid date.
const maxSeconds = 315_360_000

/** Seconds: `expires_in`, or the `expires` of older servers, which is a time since the epoch if it is that large. */
function lifetime({ expires_in, expires }: Json): number {
  const given = [expires_in, expires].find(
    (value) => value !== undefined && value !== null && value !== '',
  )
  const seconds = Number(given)
  return seconds > 1e9 && given === expires ? seconds - Date.now() / 1000 : seconds
}

/**
 * The members of a token response, in a form that oauth4webapi accepts: some servers send nulls, empty texts
 * and lists.
 */
function normalize(json: Json, isOpenid: boolean): Json {
  const names = ['access_token', 'token_type', 'refresh_token', 'scope']
  if (isOpenid) names.push('id_token')
  const normalized = own<Json>({})
  for (const name of names) {
    const value = json[name]
    if (value) normalized[name] = Array.isArray(value) ? value.join(' ') : value
  }
  return normalized
}

function toIdentity({ iss, sub, aud, azp, auth_time, nonce }: IDToken): Identity {
  return { iss, sub, aud: [aud].flat(), azp, auth_time, nonce }
}

/**
 * One request to the token endpoint. The ID token's claims are always checked.
 *
 * @throws what `http` throws, `UnusableTokens`, and the errors of oauth4webapi: for `fromServer`
 * @see [RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)
 * @see [OpenID Connect Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)
 */
export async function requestTokens(
  context: HttpContext,
  { form, ...request }: TokenRequest,
): Promise<TokenSet> {
  const { clientId, tokenParams } = context.config
  const receivedAt = Date.now()
  const all = { ...tokenParams, ...form, client_id: clientId }
  const { json } = await http(context, 'token', request.server.token_endpoint, {
    ...request,
    form: all,
  })
  const normalized = normalize(json, request.isOpenid)
  const end = context.notes.note('tokens')
  const answer = await validate(request, clientId, normalized).catch((failure: unknown) => {
    const told = [all, normalized].flatMap((members) => secretsIn(Object.entries(members)))
    const unusable = new UnusableTokens(failure, told)
    end(unusable.error)
    throw normalized['access_token'] ? unusable : failure
  })
  const seconds = lifetime(json)
  const { token_type: type, refresh_token, id_token } = answer
  end({ type, seconds, hasRefreshToken: !!refresh_token, hasIdToken: !!id_token })
  return { ...(await toTokenSet(answer, receivedAt, seconds)), extra: extraOf(json) }
}

function toToken(
  { access_token, token_type }: TokenEndpointResponse,
  receivedAt: number,
  seconds: number,
): TokenSet['token'] {
  const life = Math.min(Math.max(seconds, 0), maxSeconds) * 1000
  return {
    value: access_token,
    // The server may give a Bearer token though the client offered a key. RFC 9449 §5.
    type: token_type as 'bearer' | 'dpop',
    receivedAt,
    expiresAt: receivedAt + life || Number.MAX_SAFE_INTEGER,
  }
}

async function toTokenSet(
  answer: TokenEndpointResponse,
  receivedAt: number,
  seconds: number,
): Promise<Omit<TokenSet, 'extra'>> {
  const claims = claimsOf(answer)
  // A refresh needs no ID token, and some servers repeat the first one. So an ID token whose `at_hash` is not
  // of this answer counts as none. Its subject is compared all the same.
  const fits = claims && (await isIssuedWith(answer, claims))
  return {
    token: toToken(answer, receivedAt, seconds),
    refreshToken: answer.refresh_token,
    scope: answer.scope?.split(' ').filter(Boolean),
    idToken: fits ? answer.id_token : undefined,
    identity: claims && toIdentity(claims),
    user: fits ? identityClaims(claims) : {},
    acr: typeof claims?.acr === 'string' ? claims.acr : undefined,
    authTime: claims?.auth_time || undefined,
    endsAt: expiryOf(claims, receivedAt),
  }
}
