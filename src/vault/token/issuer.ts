import { decodeJwt } from './encoding.js'
import { isUuid } from './secrets.js'

// Entra ID calls itself `https://login.microsoftonline.com/{tenantid}/v2.0` to clients of many tenants.
const place = '{tenantid}'

/** Whether the issuer stands for all tenants of its server. */
export const isShared = (issuer = ''): boolean => issuer.includes(place)

/** The issuer with the tenant in it, where it stands for all. @param tenant anything but a UUID is none */
export const issuerOf = (issuer: string, tenant: unknown): string =>
  issuer.replace(place, isUuid(tenant) ? tenant : '')

/** The issuer that an ID token must name: its claim `tid` says which tenant's. */
export const issuerFor = (issuer: string, idToken: unknown): string =>
  isShared(issuer) && typeof idToken === 'string'
    ? issuerOf(issuer, decodeJwt(idToken, 1)['tid'])
    : issuer

/** Whether this is the issuer, or one of its tenants. */
export function isIssuer(issuer: string, iss: string): boolean {
  const at = issuer.indexOf(place)
  return iss === issuerOf(issuer, iss.slice(at, at + 36))
}
