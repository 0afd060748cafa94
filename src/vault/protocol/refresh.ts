import { AuthError, toAuthError } from '../../errors.js'
import { living, type Mark } from '../record.js'
import type { Inside } from '../inside.js'
import { signer } from '../signer.js'
import { age, claimCopy, grace, judge, type Claim, type Want } from './mark.js'
import { keep } from './answered.js'
import { settle, type Asked, type Turn } from './outcome.js'
import { requestTokens } from './tokens.js'
import { unanswered } from './unanswered.js'
import { fault } from '../../remedies.js'

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Wait until another attempt is over; its name, if its tab is done or dead. */
async function departed(mark: Mark, holds: number): Promise<string | undefined> {
  const { attempt } = mark
  const left = Math.max(0, holds - age(mark))
  const locks = globalThis.navigator?.locks
  if (!locks) return void (await sleep(Math.min(left, 300)))
  const signal = AbortSignal.timeout(left)
  return locks
    .request(`pixy-auth:${attempt}`, { mode: 'shared', signal }, () => attempt)
    .catch(() => undefined)
}

/** Read the record again and write the mark, in one atomic step. No durable mark, no request. */
async function take({ config, session, shared }: Inside, want: Want): Promise<Claim> {
  let claim = { type: 'ended' } as Claim
  let last: string | undefined
  await session.change((record) => {
    claim = judge(record, want, session.clock)
    last = living(record)?.mark?.attempt
    return claim.type === 'mine' ? claim.record : undefined
  })
  if (claim.type !== 'mine' || config.store !== 'session') return claim
  const { record, mark } = claim
  const copy = await claimCopy(shared, record.refreshToken ?? '', want.attempt, last).catch(
    toAuthError,
  )
  if (copy === true) return claim
  await settle(session, mark, {})
  return copy ? { type: 'failed', error: copy } : { type: 'spent' }
}

async function present(inside: Inside, asked: Asked, holds: number): Promise<Turn> {
  const { record, mark, key } = asked
  const [scope, target] = key ? (JSON.parse(key) as [string, string]) : []
  const resource = key === inside.main ? (record.resource ?? target) : target
  const began = performance.now()
  try {
    const set = await requestTokens(inside.config, {
      server: record.server,
      form: {
        grant_type: 'refresh_token',
        refresh_token: record.refreshToken,
        scope: scope || undefined,
        resource: resource || undefined,
      },
      within: holds - 2 * grace,
      // A tab may have been frozen since it wrote its mark, and have been overtaken.
      mayPost: () => performance.now() - began < grace && Math.abs(Date.now() - mark.at) < grace,
      openid: !!record.identity,
      sign: await signer(inside, record),
    })
    return keep(inside, set, asked)
  } catch (failure) {
    return unanswered(inside, failure, asked)
  }
}

/**
 * Work while this tab shows itself alive, by a Web Lock. What only this tab has got is nobody
 * else's to ask for: the lock is held until the store has taken it.
 */
async function held(name: string, work: () => Promise<Turn>): Promise<Turn> {
  const locks = globalThis.navigator?.locks
  if (!locks) return work()
  return new Promise((resolve, reject) => {
    const whole = locks.request(name, async () => {
      const turn = await work()
      resolve(turn)
      if (turn.type === 'done') await turn.unsaved
    })
    whole.catch(reject)
  })
}

/** Nothing to present: the session lasts as long as its access token. */
async function spent({ session }: Inside, key: string): Promise<AuthError> {
  const record = session.active()
  if (!record || session.clock.remaining(record.tokens[key]) > 0)
    return fault('interaction_required')
  await session.refuse(record.refreshToken)
  return new AuthError('session_ended')
}

/**
 * Renew a token. The mark decides who may present the refresh token, and nothing else does; the
 * Web Lock of the attempt's own name only shows that its tab still lives, and wakes those who wait.
 * A frozen tab keeps its lock, so it is overtaken by the age of its mark alone; a dead one loses
 * its lock, so nobody waits for it. (One lock for all would have to be stolen from a frozen tab,
 * and its waiters be kept apart by the mark all the same.)
 *
 * @throws AuthError what it failed with
 * @see RFC 6749 section 6 · RFC 9700 section 4.14
 */
export async function renew(
  inside: Inside,
  key: string,
  unfit?: string,
  forced = false,
): Promise<void> {
  const { config, session } = inside
  const holds = Math.max(45_000, 3 * config.timeout)
  const id = session.active()?.id ?? ''
  // What is slow comes before the mark.
  await signer(inside, session.active())
  let gone: string | undefined
  for (let posts = 0; posts < 5;) {
    const want: Want = { attempt: crypto.randomUUID(), id, key, unfit, gone, holds }
    const work = async (): Promise<Turn> => {
      const claim = await take(inside, want)
      return claim.type === 'mine' ? present(inside, { ...claim, key, forced }, holds) : claim
    }
    const turn = await held(`pixy-auth:${want.attempt}`, work)
    if (turn.type === 'done') return
    if (turn.type === 'failed') throw turn.error
    if (turn.type === 'ended') throw new AuthError('session_ended')
    if (turn.type === 'spent') throw await spent(inside, key)
    if (turn.type === 'taken') gone = await departed(turn.mark, holds)
    else if (turn.type === 'again') posts++
    else {
      const ms = turn.until - Date.now()
      // One retry in a flight; longer waits are for a later call.
      if (posts > 1 || ms > config.timeout) throw turn.error
      await sleep(ms)
    }
  }
  throw new AuthError('timeout')
}
