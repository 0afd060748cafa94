import { fingerprintOf } from './fingerprint.js'
import { hintOf } from './hint.js'
import { writeState } from '../../lib/state-param.js'
import { withTimeout } from '../../lib/timeout.js'
import { isSecure, parseUrl } from '../../lib/url.js'
import type { SignOutOptions } from '../../options.js'
import type { VaultConfig } from '../../config.js'
import type { VaultContext } from '../context.js'
import type { Active } from '../record.js'
import type { EndedSession } from '../session.js'
import { revoke } from '../token/revoke.js'
import { transactions } from './transactions.js'

/**
 * The rest of a sign-out, while the session is being ended in the store. The page may be left at any moment, so
 * the revocation is sent at once.
 *
 * @param held the session that this tab had before
 * @returns where to send the browser so that the server ends its own session too. The parameters
 *   that some servers insist on are always sent.
 * @see [OpenID Connect RP-Initiated Logout §2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)
 */
export async function signOut(
  context: VaultContext,
  held: Active | undefined,
  ending: Promise<EndedSession>,
  { local }: SignOutOptions,
): Promise<string | undefined> {
  const { config, notes } = context
  const revoking = held && !local && revoke(context, held, held.refreshToken)
  await transactions(context).clear()
  if (config.dpop)
    context.dpop().then(
      ({ forgetNonces }) => forgetNonces(),
      () => {},
    )
  const { before = held } = await ending
  if (local || !before) return undefined
  // Another tab may have renewed the session, without this tab knowing of it.
  const isKnown = before.refreshToken === held?.refreshToken
  const revoked = [revoking, !isKnown && revoke(context, before, before.refreshToken)]
  // The requests outlive the page, so the user need not wait for a slow answer.
  await withTimeout(1000, Promise.all(revoked)).catch(() => {})
  const url = await endSessionUrl(config, before)
  if (url) notes.note('end-session', url.replace(/\?.*/, ''))
  return url
}

/** The URL where the server ends its own session; without one, the place where the user lands. */
export async function endSessionUrl(
  config: VaultConfig,
  before: Pick<Active, 'server' | 'idToken'>,
): Promise<string | undefined> {
  const url = parseUrl(before.server.end_session_endpoint ?? '')
  // A script may have changed what is stored, and a page must not go to `javascript:`.
  if (!url || !isSecure(url)) return config.postLogoutRedirectUri
  const params = {
    id_token_hint: hintOf(before),
    client_id: config.clientId,
    // Without this the user stays on a page of the server. An app that wants that gives an empty URL.
    post_logout_redirect_uri: config.postLogoutRedirectUri ?? config.redirectUri,
    state: writeState('sign-out', await fingerprintOf(config), crypto.randomUUID()),
  }
  for (const [name, value] of Object.entries(params)) if (value) url.searchParams.set(name, value)
  return url.href
}
