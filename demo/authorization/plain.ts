import type { Middleware } from './provider.js'

/** `/plain/token`: the token endpoint of a plain OAuth 2.0 server that sends `expires` instead of `expires_in`. */
export const plain: Middleware = async (ctx, next) => {
  if (ctx.path !== '/plain/token') return next()
  ctx.path = '/token'
  await next()
  const { expires_in: expires, ...rest } = Object(ctx.body) as Record<string, unknown>
  if (expires !== undefined) ctx.body = { ...rest, expires }
}
