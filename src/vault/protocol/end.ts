import { isSecure, parsed } from '../../check.js'
import { fingerprint } from '../../digest.js'
import type { SignOutOptions } from '../../options.js'
import type { Active } from '../record.js'
import type { SignedOff } from '../session.js'
import type { Inside } from '../inside.js'
import { within } from '../within.js'
import { ask } from './ask.js'
import { transactions } from './transactions.js'

/** Revoke a refresh token as well as the server allows: nobody minds the answer. @see RFC 7009 */
export async function revoke(
  { config }: Inside,
  { server }: Pick<Active, 'server'>,
  token: string | undefined,
): Promise<void> {
  const { clientId: client_id, timeout } = config
  const form = { token, token_type_hint: 'refresh_token', client_id }
  const url = server.revocation_endpoint
  if (url && token) await ask(url, { form, within: timeout, quiet: true }).catch(() => {})
}

/**
 * What is left to do when a session was forgotten.
 *
 * @returns where to send the browser so that the server ends its own session too. The parameters
 *   that servers have been seen to insist on are always sent.
 * @see https://openid.net/specs/openid-connect-rpinitiated-1_0.html
 */
export async function end(
  inside: Inside,
  { before }: SignedOff,
  { local }: SignOutOptions,
): Promise<string | undefined> {
  const { clientId, postLogoutRedirectUri: after } = inside.config
  await transactions(inside).clear()
  if (inside.config.dpop)
    inside.prover().then(
      ({ forget }) => forget(),
      () => {},
    )
  if (local || !before) return undefined
  // It outlives the page: the user does not wait for a slow answer.
  await within(1000, revoke(inside, before, before.refreshToken)).catch(() => {})
  const url = parsed(before.server.end_session_endpoint ?? '')
  // What is stored may have been changed, and a page must not go to `javascript:`.
  if (!url || !isSecure(url)) return after
  const state = `px1o${await fingerprint(inside.config)}${crypto.randomUUID()}`
  const params = {
    id_token_hint: before.idToken,
    client_id: clientId,
    post_logout_redirect_uri: after,
    state,
  }
  for (const [name, value] of Object.entries(params)) if (value) url.searchParams.set(name, value)
  return url.href
}
