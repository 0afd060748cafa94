import { auth } from './auth.js'
import { log } from './log.js'
import { byId } from './page.js'

interface Life {
  readonly iat: number
  readonly exp: number
}

let known: string | undefined
let asked = false
let busy = false

/**
 * Watch the access token grow old. Asking for it is using it, and a token that is used is
 * renewed in time: that is all this page does to stay signed in.
 */
export function watchToken() {
  setInterval(() => {
    if (!document.hidden) void look()
  }, 1000)
}

/** The next new token will be one that the user asked for. */
export function askedForToken() {
  asked = true
}

/** Look at the token now. */
export async function look() {
  if (auth.state.status !== 'signed-in') known = undefined
  if (busy || auth.state.status !== 'signed-in') return
  busy = true
  try {
    show(await auth.getAccessToken())
  } catch {
    // `state.stale` or `state.error` says why, and the page shows it.
  } finally {
    busy = false
  }
}

function show(token: string) {
  const life = read(token)
  const left = Math.max(0, Math.round(life.exp - Date.now() / 1000))
  const bar = byId<HTMLProgressElement>('life')
  bar.max = life.exp - life.iat
  bar.value = left
  byId('life-left').textContent = `${left} s left`
  if (known && known !== token) {
    log(asked ? 'Access token renewed: you asked for it' : 'Access token renewed by itself')
    asked = false
  }
  known = token
}

/** When the token was made and when it ends. A real app has no need to look into its token. */
function read(token: string): Life {
  const [, payload = ''] = token.split('.')
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as Life
}
