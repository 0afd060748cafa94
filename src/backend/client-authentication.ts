import type { VaultConfig } from '../config.js'
import type { AuthorizationServer } from '../options.js'
import type { ClientAuthentication } from '../vault/context.js'
import { toUtf8 } from '../vault/token/encoding.js'
import { jose } from './jose.js'
import type { BackendConfig } from './config.js'

/** Text encoded as in a form. @see [RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1) */
const encoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1)

function byHeader(form: URLSearchParams, clientId: string, secret: string): ClientAuthentication {
  const pair = toUtf8(`${encoded(clientId)}:${encoded(secret)}`)
  const value = btoa(String.fromCharCode(...pair))
  const rest = new URLSearchParams(form)
  // The header names the client, so the form does not. Only a pushed authorization request needs the parameter, too.
  if (!rest.has('response_type')) rest.delete('client_id')
  return { form: rest, headers: { authorization: `Basic ${value}` }, secrets: [secret, value] }
}

/**
 * A JWT that the client signs for this server, valid for a minute.
 *
 * @see [RFC 7523 §3](https://www.rfc-editor.org/rfc/rfc7523#section-3)
 * @see [OpenID Connect Core §9](https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication)
 */
async function assertion(
  clientId: string,
  key: NonNullable<BackendConfig['client']['clientKey']>,
  audience: string,
): Promise<string> {
  const { SignJWT, importJWK } = await jose()
  const alg = key.alg ?? (key.kty === 'RSA' ? 'RS256' : 'ES256')
  return new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg, ...(key.kid && { kid: key.kid }) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('1 minute')
    .sign(await importJWK(key as Parameters<typeof importJWK>[0], alg))
}

/**
 * Adds the client's secret or assertion to each form that goes to the server.
 *
 * @param discover gives the server's issuer, which is the audience of an assertion
 */
export function clientAuthentication(
  { clientId, clientSecret = '', clientKey, clientAuthentication: by }: BackendConfig['client'],
  { issuer }: VaultConfig,
  discover: () => Promise<AuthorizationServer>,
) {
  return async (form: URLSearchParams): Promise<ClientAuthentication> => {
    if (!clientKey && by !== 'client_secret_post') return byHeader(form, clientId, clientSecret)
    const signed = new URLSearchParams(form)
    signed.set('client_id', clientId)
    if (!clientKey) {
      signed.set('client_secret', clientSecret)
      return { form: signed, headers: {}, secrets: [clientSecret] }
    }
    const audience = issuer ?? (await discover()).issuer
    const jwt = await assertion(clientId, clientKey, audience)
    signed.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    signed.set('client_assertion', jwt)
    return { form: signed, headers: {}, secrets: [jwt] }
  }
}
