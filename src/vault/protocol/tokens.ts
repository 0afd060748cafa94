import {
  clockTolerance,
  getValidatedIdTokenClaims,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  type AuthorizationServer as LibraryServer,
  type TokenEndpointResponse,
} from 'oauth4webapi'
import { own, type Config } from '../../config.js'
import { fault } from '../../remedies.js'
import type { Claims } from '../../door.js'
import type { AuthorizationServer } from '../../options.js'
import type { Identity, Token } from '../record.js'
import type { Sign } from '../signer.js'
import { ask } from './ask.js'
import { Unusable, type Json } from './classify.js'
import { checkIdToken, identityClaims, isIssuedWith } from './id-token.js'
import { lifetime, mend } from './mend.js'
import type { Transaction } from './transactions.js'

/** What the token endpoint gave, checked and as the session keeps it. */
export interface TokenSet {
  readonly token: Token
  readonly refreshToken: string | undefined
  readonly scope: readonly string[] | undefined
  readonly idToken: string | undefined
  readonly identity: Identity | undefined
  readonly user: Claims
  readonly acr: string | undefined
  readonly authTime: number | undefined
}

/** How a token request differs from another. */
export interface TokenRequest {
  readonly server: AuthorizationServer
  readonly form: Readonly<Record<string, string | undefined>>
  readonly within: number
  readonly mayPost?: () => boolean
  /** Where the tokens are to be bound to a key. */
  readonly sign?: Sign | undefined
  /** What the ID token of a code must hold; `undefined` for a refresh. */
  readonly transaction?: Transaction
  /** Whether an ID token counts at all. */
  readonly openid: boolean
}

const decade = 315_360_000

async function validate(
  { server, transaction, openid, sign }: TokenRequest,
  client_id: string,
  json: Json,
): Promise<TokenEndpointResponse> {
  // Its members would not be all its own, if it were parsed once more.
  const response = Object.assign(Response.json(json), { json: async () => json })

  const as = own(server) as LibraryServer
  // The clock of this device may have been set since the sign-in: that is no reason to lose a session.
  const { nonce } = transaction ?? {}
  const expected = own({
    requireIdToken: openid,
    ...(nonce && { expectedNonce: nonce }),
  })
  const answer = await (transaction
    ? processAuthorizationCodeResponse(as, own({ client_id }), response, expected)
    : processRefreshTokenResponse(as, own({ client_id, [clockTolerance]: decade }), response))
  // A token bound to a key that nobody has is of no use to anybody.
  if (answer.token_type !== 'bearer' && !sign) throw fault('invalid_response')
  // It would fit no header, and Firefox says in its error what did not. RFC 6749 appendix A.12.
  if (/[^ -~]/.test(answer.access_token)) throw fault('invalid_response')
  const claims = getValidatedIdTokenClaims(answer)
  if (claims) await checkIdToken(answer, claims, client_id, transaction)
  return answer
}

/**
 * One request to the token endpoint. The ID token's claims are always checked.
 *
 * @throws what `ask` throws, and the errors of oauth4webapi: for `classify`
 * @see RFC 6749 section 5.1 · OpenID Connect Core section 3.1.3.7
 */
export async function requestTokens(
  { clientId, tokenParams }: Config,
  request: TokenRequest,
): Promise<TokenSet> {
  const { server, form, within, mayPost, openid, sign } = request
  const receivedAt = Date.now()
  const asked = { ...tokenParams, ...form, client_id: clientId }
  const { json } = await ask(server.token_endpoint, {
    form: asked,
    within,
    sign,
    ...(mayPost && { mayPost }),
  })
  const mended = mend(json, openid)
  const answer = await validate(request, clientId, mended).catch((failure: unknown) => {
    throw mended['access_token'] ? new Unusable(failure) : failure
  })
  const claims = getValidatedIdTokenClaims(answer)
  // A refresh may do without an ID token: one that is not of this answer counts as none. (Servers
  // have been known to repeat the first one.) Whom it names is compared all the same.
  const fits = claims && (await isIssuedWith(answer, claims))
  const seconds = Math.max(lifetime(json), 0)
  return {
    // Ten years are for ever; larger numbers break dates.
    token: {
      value: answer.access_token,
      // A key asked for, and a token without one all the same: legal. RFC 9449 section 5.
      type: answer.token_type as 'bearer' | 'dpop',
      receivedAt,
      expiresAt: receivedAt + Math.min(seconds, decade) * 1000 || Number.MAX_SAFE_INTEGER,
    },
    refreshToken: answer.refresh_token,
    scope: answer.scope?.split(' ').filter(Boolean),
    idToken: fits ? answer.id_token : undefined,
    identity: claims && {
      iss: claims.iss,
      sub: claims.sub,
      aud: [claims.aud].flat(),
      azp: claims.azp,
      auth_time: claims.auth_time,
      nonce: claims.nonce,
    },
    user: fits ? identityClaims(claims) : {},
    acr: typeof claims?.acr === 'string' ? claims.acr : undefined,
    authTime: claims?.auth_time || undefined,
  }
}
