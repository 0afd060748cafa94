import type { Endpoint } from './types.js'

const paths = {
  authorize: '/authorize',
  par: '/par',
  token: '/token',
  jwks: '/jwks',
  userinfo: '/userinfo',
  revocation: '/revocation',
  end_session: '/end_session',
  'openid-configuration': '/.well-known/openid-configuration',
} as const

/** The absolute URL of an endpoint. All of them lie below the issuer. */
export function urlOf(issuer: string, endpoint: keyof typeof paths): string {
  return issuer.replace(/\/$/, '') + paths[endpoint]
}

/**
 * The endpoint that a URL names. OpenID Connect appends its well-known path to the path of the
 * issuer; RFC 8414 puts it in front of that path.
 *
 * @see [RFC 8414 §3.1](https://www.rfc-editor.org/rfc/rfc8414#section-3.1)
 */
export function endpointOf(issuer: string, url: string): Endpoint | 'unknown' {
  const base = new URL(issuer).pathname.replace(/\/$/, '')
  const { pathname } = new URL(url)
  if (pathname === `/.well-known/oauth-authorization-server${base}`) {
    return 'oauth-authorization-server'
  }
  const names = Object.keys(paths) as (keyof typeof paths)[]
  return names.find((name) => base + paths[name] === pathname) ?? 'unknown'
}
