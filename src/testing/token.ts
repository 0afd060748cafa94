import { json, refuse } from './answers.js'
import { proofOf } from './dpop.js'
import { exchange } from './exchange.js'
import { unbound } from './habits.js'
import type { Call, Realm } from './realm.js'
import { refresh } from './refresh.js'

/**
 * The token endpoint, for public clients.
 *
 * @see [RFC 6749 §3.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.2)
 * @see [RFC 9449 §5](https://www.rfc-editor.org/rfc/rfc9449#section-5)
 */
export async function token(realm: Realm, sent: Call): Promise<Response> {
  const { jkt, refusal } = unbound(realm, sent) ?? (await proofOf(realm, sent.request))
  if (refusal) return json(refusal, 400)
  if (realm.options.wantsSecret && !sent.params.has('client_secret'))
    return refuse('invalid_request', 'client_secret is missing.')
  const call = { ...sent, jkt }
  switch (call.params.get('grant_type')) {
    case 'authorization_code':
      return exchange(realm, call)
    case 'refresh_token':
      return refresh(realm, call)
    case null:
      return refuse('invalid_request', 'The grant_type is missing.')
    default:
      return refuse('unsupported_grant_type', 'The grant_type is not supported.')
  }
}
