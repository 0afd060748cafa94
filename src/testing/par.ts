import { errorResponse, json, refuse } from './answers.js'
import { refusalOf, untrusted } from './authorization-request.js'
import { randomToken } from './bytes.js'
import { proofOf, type Proof } from './dpop.js'
import { knowsClient, type Call, type Realm } from './realm.js'

/**
 * The endpoint for pushed authorization requests.
 *
 * @see [RFC 9126 §2](https://www.rfc-editor.org/rfc/rfc9126#section-2)
 * @see [RFC 9449 §10.1](https://www.rfc-editor.org/rfc/rfc9449#section-10.1)
 */
export async function par(realm: Realm, { params, request }: Call): Promise<Response> {
  const { jkt, refusal: unproven } = await demandedProof(realm, request)
  if (unproven) return json(unproven, 400)
  if (!knowsClient(realm, params.get('client_id'))) {
    return refuse('invalid_client', 'The client_id is not known.', 401)
  }
  if (params.has('request_uri')) {
    return refuse('invalid_request', 'A pushed request must not have a request_uri.')
  }
  const problem = untrusted(realm, params)
  if (problem) return refuse('invalid_request', problem)
  if (jkt && (params.get('dpop_jkt') ?? jkt) !== jkt) return otherKey()
  const refusal = refusalOf(params)
  if (refusal) return json(refusal, 400)

  const requestUri = `urn:ietf:params:oauth:request_uri:${randomToken()}`
  if (jkt) params.set('dpop_jkt', jkt)
  return keep(realm, requestUri, params)
}

function keep({ options, pushed }: Realm, requestUri: string, params: URLSearchParams): Response {
  const { pushedLifetime: seconds = 60 } = options
  pushed.set(requestUri, { params, expiresAt: Date.now() + seconds * 1000 })
  return json({ request_uri: requestUri, expires_in: seconds }, 201)
}

function otherKey(): Response {
  return refuse('invalid_dpop_proof', 'The dpop_jkt is not the thumbprint of the key of the proof.')
}

async function demandedProof(realm: Realm, request: Request): Promise<Proof> {
  const proof = await proofOf(realm, request)
  const isMissing = realm.options.par === 'proof-required' && !proof.jkt && !proof.refusal
  return isMissing
    ? { refusal: errorResponse('invalid_dpop_proof', 'The DPoP proof is missing.') }
    : proof
}
