import type { Active } from '../record.js'
import { http, type HttpContext } from './http.js'

/**
 * Revoke a refresh token, if the server has an endpoint for that. Its answer does not matter.
 *
 * @see [RFC 7009 §2.1](https://www.rfc-editor.org/rfc/rfc7009#section-2.1)
 */
export async function revoke(
  context: HttpContext,
  { server }: Pick<Active, 'server'>,
  token: string | undefined,
): Promise<void> {
  const form = { token, token_type_hint: 'refresh_token', client_id: context.config.clientId }
  const url = server.revocation_endpoint
  if (url && token) await http(context, 'revocation', url, { form, isQuiet: true }).catch(() => {})
}
