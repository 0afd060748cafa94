import { decodeJwt } from './encoding.js'
import { isUuid } from './secrets.js'

// For clients of several tenants Entra ID names its issuer `https://login.microsoftonline.com/{tenantid}/v2.0`.
const place = '{tenantid}'

/** Whether the issuer stands for all tenants of its server. */
export const isShared = (issuer = ''): boolean => issuer.includes(place)

/** The issuer with the tenant in it, if it stands for all. @param tenant a UUID; anything else counts as none */
export const issuerOf = (issuer: string, tenant: unknown): string =>
  issuer.replace(place, isUuid(tenant) ? tenant : '')

/** The issuer that an ID token must name. If the issuer stands for all tenants, the claim `tid` names the tenant. */
export const issuerFor = (issuer: string, idToken: unknown): string =>
  isShared(issuer) && typeof idToken === 'string'
    ? issuerOf(issuer, decodeJwt(idToken, 1)['tid'])
    : issuer

/** Whether this is the issuer, or one of its tenants. */
export function isIssuer(issuer: string, iss: string): boolean {
  const at = issuer.indexOf(place)
  return iss === issuerOf(issuer, iss.slice(at, at + 36))
}
