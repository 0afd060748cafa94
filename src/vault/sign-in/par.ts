import type { VaultConfig } from '../../config.js'
import type { SignInRequest } from '../../door.js'
import { AuthError } from '../../errors.js'
import type { AuthorizationServer } from '../../options.js'
import { proofFor, type Prove } from '../calls/proof.js'
import type { RequestContext } from '../context.js'
import type { ProofKey } from '../record.js'
import { fromServer } from '../token/errors.js'
import { http, type HttpAnswer } from '../token/http.js'

/** Whether the option or the server wants the request pushed. @throws AuthError `unsupported` for a link */
export function mustPush(
  { par }: VaultConfig,
  { require_pushed_authorization_requests: isRequired }: AuthorizationServer,
  { via }: SignInRequest,
): boolean {
  const isPushed = !!(par || isRequired)
  if (isPushed && via === 'link')
    throw new AuthError('unsupported', 'The server wants pushed requests; a link cannot wait.')
  return isPushed
}

/**
 * Push the request to the server. The browser then carries only the `request_uri` that the server gave it.
 *
 * @returns the query with that name, and for how many seconds the server says that it keeps it
 * @see [RFC 9126 §2](https://www.rfc-editor.org/rfc/rfc9126#section-2)
 * @see [RFC 9449 §10.1](https://www.rfc-editor.org/rfc/rfc9449#section-10.1)
 */
export async function push(
  context: RequestContext,
  { pushed_authorization_request_endpoint: url }: AuthorizationServer,
  form: URLSearchParams,
  key: ProofKey | undefined,
): Promise<[query: URLSearchParams, expiresIn: number]> {
  if (!url) throw new AuthError('unsupported', 'The server has no PAR endpoint.')
  const post = (prove?: Prove): Promise<HttpAnswer> =>
    http(context, 'par', url, { form, prove }).catch((failure: unknown) => {
      throw fromServer(failure)
    })
  // First without a proof, as the form names the key. A proof needs a preflight, which some endpoints do not
  // answer.
  const { json } = await post().catch(async (error: AuthError) => {
    if (!key || !/dpop/i.test(JSON.stringify(error.oauth))) throw error
    return post(await proofFor(context, { key }))
  })
  const { request_uri, expires_in } = json
  if (typeof request_uri !== 'string' || !request_uri)
    throw new AuthError('invalid_response', 'Its `request_uri` is missing or not text.')
  return [
    new URLSearchParams({ client_id: context.config.clientId, request_uri }),
    expires_in as number,
  ]
}
