import {
  clockTolerance,
  getValidatedIdTokenClaims,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  type AuthorizationServer as LibraryServer,
  type IDToken,
  type TokenEndpointResponse,
} from 'oauth4webapi'
import { AuthError } from '../../errors.js'
import { own } from '../../lib/own.js'
import type { AuthorizationServer } from '../../options.js'
import type { Prove } from '../calls/proof.js'
import { membersOf } from './encoding.js'
import type { Json } from './errors.js'
import { checkIdToken, type Expected } from './id-token.js'
import { issuerFor } from './issuer.js'

// Ten years, in seconds.
const anyTime = 315_360_000

/** What the token request asked for. */
export interface Asked {
  readonly server: AuthorizationServer
  /** How to prove possession, if the tokens are to be bound to a key. */
  readonly prove?: Prove | undefined
  /** What the ID token of a code must hold; `undefined` for a refresh. */
  readonly expected?: Expected
  /** Whether an ID token is expected and read. */
  readonly isOpenid: boolean
}

/**
 * Check a token response, its ID token included.
 *
 * @throws AuthError `invalid_response`, `invalid_id_token`, and the errors of oauth4webapi
 * @see [RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)
 * @see [OpenID Connect Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)
 */
export async function validate(
  { server, expected, isOpenid, prove }: Asked,
  client_id: string,
  json: Json,
): Promise<TokenEndpointResponse> {
  // oauth4webapi would parse the text once more, into an object that inherits from `Object.prototype`.
  const response = Object.assign(Response.json(json), { json: async () => json })
  const issuer = issuerFor(server.issuer, json['id_token'])
  const as = own({ ...server, issuer }) as LibraryServer
  const { nonce } = expected ?? {}
  const options = own({ requireIdToken: isOpenid, ...(nonce && { expectedNonce: nonce }) })
  // A refresh accepts any time: a clock that was set since the sign-in is no reason to lose a session.
  const answer = await (expected
    ? processAuthorizationCodeResponse(as, own({ client_id }), response, options)
    : processRefreshTokenResponse(
        as,
        own({ client_id, [clockTolerance]: anyTime }),
        response,
      ).catch((failure: Error) => {
        // `auth_time` is no number. That costs no session, and neither does another time. oauth4webapi has
        // checked all other claims by then.
        if (!/"auth_time/.test(failure.message)) throw failure
        return Object.assign(json as TokenEndpointResponse, failure.cause)
      }))
  // A token is useless if it is bound to a key that this client does not have.
  if (answer.token_type !== 'bearer' && !prove)
    throw new AuthError('invalid_response', 'Its `token_type` is not "bearer".')
  // No header can carry it, and Firefox quotes it in its error. RFC 6749 appendix A.12.
  if (/[^ -~]/.test(answer.access_token))
    throw new AuthError('invalid_response', 'Its `access_token` fits no header.')
  const claims = claimsOf(answer)
  if (claims) await checkIdToken(answer, claims, client_id, expected)
  return answer
}

/** The claims of the ID token, without inherited members. */
export function claimsOf(answer: TokenEndpointResponse): IDToken | undefined {
  const claims = (answer['claims'] as IDToken | undefined) ?? getValidatedIdTokenClaims(answer)
  // Only the texts in its audience count.
  const aud = [claims?.aud].flat().filter((one) => typeof one === 'string')
  return claims && own({ ...(membersOf(claims) as IDToken), aud })
}
