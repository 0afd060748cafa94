import type { Switches } from '../switches.js'
import type { Middleware } from './provider.js'

/** Count the refreshes. While `lose` is on, do the next refresh, rotate its token, and cut the connection in the answer. */
export function losing(switches: Switches): Middleware {
  return async (ctx, next) => {
    await next()
    const isRefresh = ctx.oidc?.params?.['grant_type'] === 'refresh_token'
    if (ctx.path !== '/token' || !isRefresh || ctx.status !== 200) return
    switches.refreshes++
    if (!switches.on.delete('lose')) return
    ctx.respond = false
    // Send a part of the answer: if nothing had come, the browser would send the request again by itself.
    ctx.res.writeHead(200, { 'Content-Length': '9' })
    ctx.res.write('{', () => ctx.req.socket.destroy())
  }
}
