import { withTimeout } from '../../lib/timeout.js'
import { askAgent } from './curity-agent.js'

/** What became of the cookies. */
type Outcome = 'renewed' | 'ended' | 'failed'

let turn: Promise<unknown> = Promise.resolve()

/**
 * Run one after the other, in every tab where the browser has locks: a refresh token that is presented twice may be
 * taken for stolen.
 */
function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const { locks } = (globalThis.navigator ?? {}) as Partial<Navigator>
  const mine = turn.then(() => (locks ? locks.request(name, work) : work())) as Promise<T>
  turn = mine.catch(() => {})
  return mine
}

/** When the cookies were last renewed by some tab: milliseconds since the epoch, 0 where it is not known. */
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
 * @param since when the call was sent that got a 401: where they were renewed since then, or for another call in the
 *   last 30 s, this is not done again
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
    // It answers so where the refresh token is of no use any more.
    if (status === 401) return 'ended'
    if (ok) renewedAt(name, Date.now())
    return ok ? 'renewed' : 'failed'
  })
}
