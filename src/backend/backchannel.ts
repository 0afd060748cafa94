import { AuthError } from '../errors.js'
import { own } from '../lib/own.js'
import type { Identity } from '../vault/record.js'
import { decodeJwt, hashOf } from '../vault/token/encoding.js'
import { readText } from '../vault/token/http.js'
import { issuerFor } from '../vault/token/issuer.js'
import { json, Refusal } from './answers.js'
import type { BackendContext } from './context.js'
import { fromServer } from './errors.js'
import type { Logout } from './sessions.js'

const event = 'http://schemas.openid.net/event/backchannel-logout'
/** Seconds by which the clocks of two servers may differ. */
const skew = 60

type Claims = Readonly<Record<string, unknown>>

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const nameOf = (...parts: string[]): Promise<string> => hashOf(JSON.stringify(parts))

/**
 * The names by which a logout token can end this session: its `sid`, and its user. A logout token with a `sid` also
 * ends the user's sessions whose ID token had no `sid`, because it may mean one of them.
 */
export async function logoutOf(
  identity: Identity | undefined,
  idToken: string | undefined,
): Promise<Logout | undefined> {
  if (!identity || !idToken) return undefined
  const { sid, iat } = decodeJwt(idToken, 1)
  const { iss, sub } = identity
  const one = isText(sid) ? nameOf('sid', iss, sid) : nameOf('sub without sid', iss, sub)
  return { names: await Promise.all([one, nameOf('sub', iss, sub)]), issuedAt: Number(iat) || 0 }
}

async function namedBy({ iss, sid, sub }: Claims): Promise<string[]> {
  const user = String(sub)
  if (!isText(sid)) return [await nameOf('sub', String(iss), user)]
  const names = [nameOf('sid', String(iss), sid)]
  if (isText(sub)) names.push(nameOf('sub without sid', String(iss), user))
  return Promise.all(names)
}

/** What is wrong with a logout token, apart from its signature. */
function faultOf(header: Claims, claims: Claims, issuer: string, clientId: string): string {
  const { iss, aud, iat, exp, jti, events, nonce, sub, sid } = claims
  const now = Date.now() / 1000
  const { [event]: isEvent } = own(Object(events) as Claims)
  const faults: Readonly<Record<string, boolean>> = {
    typ: !/^((application\/)?logout\+)?jwt$/i.test(String(header['typ'] ?? 'jwt')),
    iss: iss !== issuer,
    aud: ![aud].flat().includes(clientId),
    iat: !(typeof iat === 'number' && iat < now + skew),
    exp: !(typeof exp === 'number' && exp > now - skew),
    jti: !isText(jti),
    events: typeof isEvent !== 'object',
    // Only an ID token has a nonce, and an ID token must not pass for a logout token.
    nonce: nonce !== undefined,
    'sub, sid': !isText(sub) && !isText(sid),
  }
  return Object.keys(faults).find((name) => faults[name]) ?? ''
}

/** @throws AuthError `invalid_id_token` for no valid logout token; `network`, … if the keys cannot be fetched */
async function readToken(context: BackendContext, jwt: string): Promise<Claims> {
  const server = await context.discover()
  const [header, claims] = ([0, 1] as const).map((index) => decodeJwt(jwt, index)) as [
    Claims,
    Claims,
  ]
  const { vault } = context.backend
  const fault = faultOf(header, claims, issuerFor(server.issuer, jwt), vault.clientId)
  if (fault) throw new AuthError('invalid_id_token', `The logout token is wrong: ${fault}.`)
  const isSigned = await context.signature()
  if (!(await isSigned(context, server, jwt))) throw new AuthError('invalid_id_token')
  return claims
}

/** A 400 says that the logout token is wrong. After a 5xx the server may send the same token again. */
function refused(failure: unknown): unknown {
  const error = fromServer(failure)
  if (error.retryable) return error
  const hint = error.code === 'invalid_id_token' ? error.hint : undefined
  return new Refusal(400, new AuthError('invalid_id_token', hint))
}

/**
 * `POST backchannel`: the authorization server has ended one session, or all sessions of a user. They end here too, in
 * all processes.
 *
 * @throws Refusal 400 for a logout token that is wrong or was used before; 404 without a store
 * @see [OpenID Connect Back-Channel Logout §2.6](https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation)
 */
export async function backchannel(context: BackendContext, request: Request): Promise<Response> {
  const { backend, place } = context
  if (!backend.store)
    throw new Refusal(404, new AuthError('config', 'Back-channel logout needs the option `store`.'))
  const form = new URLSearchParams(await readText(request))
  const claims = await readToken(context, form.get('logout_token') ?? '').catch((failure) => {
    throw refused(failure)
  })
  // After `lifetime`, every session that this logout token can end has expired.
  await place.endNamed(await namedBy(claims), Number(claims['iat']), backend.lifetime)
  // Remember the token's `jti` for as long as the token would pass the checks.
  const over = (Number(claims['exp']) + skew) * 1000 - Date.now()
  const name = await nameOf('jti', String(claims['iss']), String(claims['jti']))
  const isFirst = await place.once(name, Math.min(over, backend.lifetime))
  if (!isFirst) throw new Refusal(400, new AuthError('invalid_id_token', 'It was used before.'))
  return json({})
}
