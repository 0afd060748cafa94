import { own } from '../lib/own.js'
import { readState } from '../lib/state-param.js'
import { fingerprintOf } from '../vault/sign-in/fingerprint.js'
import type { Transaction } from '../vault/sign-in/transactions.js'
import type { Cookies } from './answers.js'
import type { BackendContext } from './context.js'
import type { Held } from './sessions.js'

/** What the callback will need, without the metadata: this process has them, and they are too long for a cookie. */
export type Waiting = Omit<Transaction, 'server' | 'pushed'>

interface Kept {
  readonly state: string
  readonly transaction: Waiting
}

const lifetime = 3_600_000
const maxPending = 5
/** Characters of all sign-ins of a browser that wait for an answer. A request carries the session's cookies as well. */
const maxRoom = 6000

/** The name of the cookie that keeps the sign-in with this `state`. */
const nameFor = (state: string): string => `-tx-${state.slice(-8)}`

/**
 * The `Set-Cookie` lines that keep a sign-in until its answer comes. If too many sign-ins wait, the lines remove the
 * oldest ones.
 */
export async function keep(
  { jar, seal }: BackendContext,
  { cookies }: Held,
  state: string,
  given: Transaction,
): Promise<Cookies> {
  const { server: _, pushed: __, unprompted, ...needed } = given
  // The transaction has `returnTo` already, and the cookie should be short.
  const transaction = { ...needed, unprompted: unprompted && { ...unprompted, returnTo: '' } }
  const text = await seal.seal('transaction', { state, transaction } satisfies Kept, lifetime)
  let room = maxRoom - text.length
  const old: string[] = []
  for (const [index, name] of jar.names(cookies, '-tx-').toReversed().entries()) {
    room -= jar.read(cookies, name)?.length ?? 0
    if (room < 0 || index + 1 >= maxPending) old.push(name)
  }
  return [
    ...jar.write(cookies, nameFor(state), text, { lifetime, sameSite: 'Lax' }),
    ...old.flatMap((name) => jar.write(cookies, name, '', { lifetime: 0, sameSite: 'Lax' })),
  ]
}

/** The lines that remove a sign-in whose answer has come. */
export const forget = ({ jar }: BackendContext, { cookies }: Held, state: string): Cookies =>
  jar.write(cookies, nameFor(state), '', { lifetime: 0, sameSite: 'Lax' })

/**
 * The transaction of an answer, given once. A browser can send the cookie twice, but a code must not be sent twice: the
 * server would treat it as stolen.
 */
export async function take(
  { jar, seal, config, place }: BackendContext,
  { cookies }: Held,
  state: string,
): Promise<Waiting | undefined> {
  const isOwn = readState(state)?.fingerprint === (await fingerprintOf(config))
  const text = isOwn ? jar.read(cookies, nameFor(state)) : undefined
  const opened = text ? await seal.unseal('transaction', text) : undefined
  const kept = own(opened?.value as Kept)
  if (kept.state !== state) return undefined
  if (!(await place.once(state, lifetime))) return undefined
  const { returnTo, unprompted } = kept.transaction
  return { ...kept.transaction, unprompted: unprompted && { ...unprompted, returnTo } }
}
