import type { Middleware } from './provider.js'

/** `/plain/token`: the token endpoint as a plain OAuth 2.0 server has it, with `expires` for `expires_in`. */
export const plain: Middleware = async (ctx, next) => {
  if (ctx.path !== '/plain/token') return next()
  ctx.path = '/token'
  await next()
  const { expires_in: expires, ...rest } = Object(ctx.body) as Record<string, unknown>
  if (expires !== undefined) ctx.body = { ...rest, expires }
}
