import { own } from '../lib/own.js'
import { readState } from '../lib/state-param.js'
import { fingerprintOf } from '../vault/sign-in/fingerprint.js'
import type { Transaction } from '../vault/sign-in/transactions.js'
import type { Cookies } from './answers.js'
import type { BackendContext } from './context.js'
import type { Held } from './sessions.js'

/** What the answer to a sign-in will need, but for the metadata, which are known here and too long for a cookie. */
export type Waiting = Omit<Transaction, 'server' | 'pushed'>

interface Kept {
  readonly state: string
  readonly transaction: Waiting
}

const lifetime = 3_600_000
const maxPending = 5
/** Characters of all sign-ins of a browser that wait for an answer: the session travels beside them. */
const maxRoom = 6000

/** Where the browser keeps what the answer with this `state` will need. */
const nameFor = (state: string): string => `-tx-${state.slice(-8)}`

/**
 * The lines that keep what the answer with this `state` will need. Of other sign-ins that wait for an answer, the oldest
 * are given up.
 */
export async function keep(
  { jar, seal }: BackendContext,
  { cookies }: Held,
  state: string,
  given: Transaction,
): Promise<Cookies> {
  const { server: _, pushed: __, unprompted, ...needed } = given
  // `returnTo` is in it already.
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

/** The lines that remove what an answer needed. */
export const forget = ({ jar }: BackendContext, { cookies }: Held, state: string): Cookies =>
  jar.write(cookies, nameFor(state), '', { lifetime: 0, sameSite: 'Lax' })

/**
 * The transaction of an answer, once: a cookie can be sent twice, and a code must not be, as the server would take
 * it for stolen.
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
