import { empty } from './answers.js'
import { authorize } from './authorize.js'
import { jwks, oauthMetadata, openidConfiguration } from './metadata.js'
import { par } from './par.js'
import type { Call, Realm } from './realm.js'
import { endSession, revocation } from './sign-out.js'
import { token } from './token.js'
import type { Endpoint } from './types.js'
import { userinfo } from './userinfo.js'

interface Route {
  methods: string[]
  answer: (realm: Realm, call: Call) => Response | Promise<Response>
}

const routes: Record<Endpoint, Route> = {
  'openid-configuration': { methods: ['GET'], answer: openidConfiguration },
  'oauth-authorization-server': { methods: ['GET'], answer: oauthMetadata },
  authorize: { methods: ['GET', 'POST'], answer: authorize },
  par: { methods: ['POST'], answer: par },
  token: { methods: ['POST'], answer: token },
  jwks: { methods: ['GET'], answer: jwks },
  userinfo: { methods: ['GET', 'POST'], answer: userinfo },
  revocation: { methods: ['POST'], answer: revocation },
  end_session: { methods: ['GET', 'POST'], answer: endSession },
}

/** The answer of an endpoint, before any fault changes it. */
export async function handle(
  realm: Realm,
  endpoint: Endpoint | 'unknown',
  call: Call,
): Promise<Response> {
  if (endpoint === 'unknown') return empty(404)
  const { methods, answer } = routes[endpoint]
  return methods.includes(call.request.method) ? answer(realm, call) : empty(405)
}
