import type { Grant, KoaContextWithOIDC } from 'oidc-provider'

/**
 * What the user has granted this client. The clients belong to this server, so they get the user's identity without a
 * question. The server asks the user only for `offline_access`, for which a client must send `prompt=consent`.
 *
 * @see [OpenID Connect Core §11](https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess)
 */
export async function firstPartyGrant(
  { oidc }: KoaContextWithOIDC,
  audiences: readonly string[],
): Promise<Grant | undefined> {
  const { result, session, client, account, provider } = oidc
  if (!client || !account) return undefined
  const { clientId } = client
  const grantId = result?.consent?.grantId ?? session?.grantIdFor(clientId)
  const known = grantId && (await provider.Grant.find(grantId))
  if (known) return known
  const grant = new provider.Grant({ accountId: account.accountId, clientId })
  for (const audience of audiences) grant.addResourceScope(audience, free)
  grant.addOIDCScope(free)
  await grant.save()
  return grant
}

const free = 'openid profile email'
