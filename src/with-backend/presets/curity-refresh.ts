import { withTimeout } from '../../lib/timeout.js'
import { askAgent } from './curity-agent.js'

/** The outcome of a renewal of the cookies. */
type Outcome = 'renewed' | 'ended' | 'failed'

let turn: Promise<unknown> = Promise.resolve()

/**
 * Run one renewal after the other; in all tabs together, if the browser has locks. A server may treat a refresh token
 * that is presented twice as stolen.
 */
function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const { locks } = (globalThis.navigator ?? {}) as Partial<Navigator>
  const mine = turn.then(() => (locks ? locks.request(name, work) : work())) as Promise<T>
  turn = mine.catch(() => {})
  return mine
}

/** When a tab last renewed the cookies: milliseconds since the epoch, 0 if that is not known. */
function renewedAt(name: string, now?: number): number {
  try {
    if (now) localStorage.setItem(name, `${now}`)
    return Number(localStorage.getItem(name))
  } catch {
    return 0
  }
}

/**
 * Let the agent renew the tokens in its cookies.
 *
 * @param since when the call that got a 401 was sent. If the tokens were renewed in the last 30 s, they are not renewed
 *   again: a call from before the renewal counts as `renewed`, a call from after it as `failed`
 */
export function renew(base: string, since?: number): Promise<Outcome> {
  const name = `pixy-auth:renewed:${base}`
  return inTurn(name, async () => {
    const last = renewedAt(name)
    if (since !== undefined && Math.abs(Date.now() - last) < 30_000)
      return last >= since ? 'renewed' : 'failed'
    const giveUp = new AbortController()
    const work = askAgent(`${base}/refresh`, { method: 'POST', signal: giveUp.signal })
    const { status, ok } = await withTimeout(30_000, work, () => giveUp.abort())
    // The agent answers 401 if the refresh token is no longer valid.
    if (status === 401) return 'ended'
    if (ok) renewedAt(name, Date.now())
    return ok ? 'renewed' : 'failed'
  })
}
