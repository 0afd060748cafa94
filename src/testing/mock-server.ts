import { empty, json } from './answers.js'
import { allowOrigins, denyOrigins, preflight } from './cors.js'
import { handle } from './endpoints.js'
import { connectionReset, createFaults, distort, type Faults } from './faults.js'
import { asHabit, refusalByHabit } from './habits.js'
import { entryOf, readParams } from './ledger.js'
import { createRealm, liveAccessToken, type Realm } from './realm.js'
import { endpointOf } from './routes.js'
import type { LedgerEntry, MockServer, MockServerOptions } from './types.js'

/**
 * An OAuth 2.0 and OpenID Connect authorization server as one fetch handler, for tests and demos
 * only: every sign-in succeeds without a password, all state is in memory, and `fail()` makes
 * answers go wrong.
 */
export function createMockServer(options: MockServerOptions): MockServer {
  const realm = createRealm(options)
  const faults = createFaults()
  const ledger: LedgerEntry[] = []
  return {
    issuer: realm.issuer,
    fetch: async (request) => {
      const entry = entryOf(endpointOf(realm.issuer, request.url), request)
      ledger.push(entry)
      const answer = await respond(realm, faults, entry, request)
      entry.status = answer.status
      return answer
    },
    ledger,
    requests: (endpoint) =>
      ledger.filter((entry) => entry.endpoint === endpoint && entry.method !== 'OPTIONS'),
    refreshTokenUses: realm.refreshTokenUses,
    secrets: realm.secrets,
    fail: (endpoint, fault, times = 1) => faults.add(endpoint, fault, times),
    heal: faults.heal,
    get consent() {
      return realm.consent
    },
    set consent(consent) {
      realm.consent = consent
    },
    get options() {
      return realm.options
    },
    set options(options) {
      realm.options = options
    },
    verify: (accessToken) => liveAccessToken(realm, accessToken)?.claims,
    expireAccessTokens: () => {
      for (const token of realm.accessTokens.values()) token.expiresAt = 0
    },
    revokeGrants: () => {
      for (const grant of realm.grants) grant.revoked = true
    },
    rotateKeys: realm.keys.rotate,
  }
}

async function respond(
  realm: Realm,
  faults: Faults,
  entry: LedgerEntry,
  request: Request,
): Promise<Response> {
  const { endpoint } = entry
  if (request.method === 'OPTIONS') {
    const refused =
      (endpoint === 'par' && realm.options.par === 'no-preflight') ||
      faults.take(endpoint, (fault) => fault.cors === false).cors === false
    const answer = preflight(realm, endpoint)
    return refused ? denyOrigins(answer) : answer
  }
  const fault = faults.take(endpoint)
  const params = await readParams(request)
  entry.params = Object.fromEntries(params)
  await faults.hold(fault, request.signal)
  const answer =
    fault.handled === false
      ? unhandled(fault.body !== undefined)
      : (refusalByHabit(realm, endpoint, { request, params }) ??
        (await handle(realm, endpoint, { request, params, fault })))
  if (realm.options.dpop?.nonce) answer.headers.set('dpop-nonce', realm.dpopNonce)
  if (fault.drop === 'after') throw connectionReset()
  const distorted = await distort(allowOrigins(realm, endpoint, answer), fault)
  return asHabit(realm, endpoint, request, distorted)
}

/** The answer to a request that has no effect. The fault alone decides its content. */
function unhandled(withBody: boolean): Response {
  return withBody ? json({}) : empty(200)
}
