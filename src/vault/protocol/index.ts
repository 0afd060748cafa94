import type { Inside } from '../vault.js'
import { metadata } from './server.js'

export { begin } from './begin.js'
export { end } from './end.js'
export { finish } from './finish.js'
export { renew } from './refresh.js'
export { userInfo } from './userinfo.js'

/** Idle time, signed out: fetch what the click on "Sign in" would wait for. */
export async function prepare(inside: Inside): Promise<void> {
  if (!inside.session.active()) await metadata(inside)
}
