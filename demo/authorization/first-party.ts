import type { Grant, KoaContextWithOIDC } from 'oidc-provider'

/**
 * What the user has granted this client. The clients are apps of this server's own: who the user is, they may
 * know without a question. Their user is asked only for what `prompt=consent` is needed for, `offline_access`.
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
