import { Refusal } from '../resource/refusal.js'
import type { Verify } from '../resource/access-token.js'
import type { Middleware } from './provider.js'
import { claimsOf, type Users } from './users.js'

interface Setting {
  readonly issuer: string
  readonly verify: Verify
  readonly users: Users
  readonly appOrigins: readonly string[]
}

/**
 * The UserInfo endpoint for JWT access tokens. oidc-provider's own endpoint accepts only opaque
 * tokens; it still answers every other request.
 *
 * @see [OpenID Connect Core §5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)
 */
export function userInfo({ issuer, verify, users, appOrigins }: Setting): Middleware {
  return async (ctx, next) => {
    const authorization = ctx.get('Authorization')
    const isJwt = /^\w+ +[\w-]+\.[\w-]+\.[\w-]+$/.test(authorization)
    const { method, path } = ctx
    if (path !== '/me' || !isJwt || !['GET', 'POST'].includes(method)) return next()
    const origin = ctx.get('Origin')
    ctx.vary('Origin')
    if (appOrigins.includes(origin)) {
      ctx.set('Access-Control-Allow-Origin', origin)
      ctx.set('Access-Control-Expose-Headers', 'WWW-Authenticate, DPoP-Nonce')
    }
    try {
      const dpop = ctx.get('DPoP') || undefined
      const { sub, scope } = await verify({ method, url: issuer + path, authorization, dpop })
      const user = users.find(sub)
      ctx.body = user ? claimsOf(user, scope) : { sub }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      ctx.status = error.status
      ctx.set({ ...error.headers })
      ctx.body = { error: 'invalid_token', error_description: error.message }
    }
  }
}
