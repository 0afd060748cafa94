import { auth } from './auth.js'
import { log } from './log.js'
import { byId } from './page.js'
import { place } from './switches.js'

interface Life {
  readonly iat: number
  readonly exp: number
}

let known: string | undefined
let asked = false
let busy = false

/**
 * Get the access token each second, and show its lifetime. The client renews an old token before it gives
 * it, so this page does nothing else to keep the token fresh.
 */
export function watchToken() {
  setInterval(() => {
    if (!document.hidden) void look()
  }, 1000)
}

/** Note that the user asked for the next new token. */
export function askedForToken() {
  asked = true
}

/** Show the token's lifetime now. */
export async function look() {
  if (auth.state.status !== 'signed-in') known = undefined
  if (busy || auth.state.status !== 'signed-in') return
  if (place() === 'proxy') return void showNothing()
  busy = true
  try {
    show(await auth.getAccessToken())
  } catch {
    // The page shows the reason, from `state.stale` or `state.error`.
  } finally {
    busy = false
  }
}

/** The token never comes into this page. */
function showNothing() {
  byId('life').hidden = true
  byId('life-left').textContent = 'at the backend'
}

function show(token: string) {
  const life = read(token)
  const left = Math.max(0, Math.round(life.exp - Date.now() / 1000))
  const bar = byId<HTMLProgressElement>('life')
  bar.max = life.exp - life.iat
  bar.value = left
  const { state } = auth
  const isLast = state.status === 'signed-in' && !state.session.scope.includes('offline_access')
  byId('life-left').textContent = `${left} s left${isLast ? ', not renewable' : ''}`
  if (known && known !== token) {
    log(asked ? 'Access token renewed: you asked for it' : 'Access token renewed by itself')
    asked = false
  }
  known = token
}

/** When the token was issued and when it expires. A real app need not read its access token. */
function read(token: string): Life {
  const [, payload = ''] = token.split('.')
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as Life
}
