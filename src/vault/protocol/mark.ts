import { own, type Store } from '../../config.js'
import { digest } from '../../digest.js'
import { AuthError, fromData } from '../../errors.js'
import type { Clock } from '../clock.js'
import { isFresh } from '../fresh.js'
import { living, type Active, type Mark, type SessionRecord } from '../record.js'

/** What an attempt to get the right to present the refresh token came to. */
export type Claim =
  | { readonly type: 'mine'; readonly record: Active; readonly mark: Mark }
  /**
   * Another tab has renewed it, or signed in anew; or this one has, and where the store did not take
   * it, `unsaved` lasts until it does.
   */
  | { readonly type: 'done'; readonly unsaved?: Promise<void> | undefined }
  | { readonly type: 'ended' }
  /** There is no refresh token, or a duplicated tab has presented its copy. */
  | { readonly type: 'spent' }
  /** Another attempt is under way. */
  | { readonly type: 'taken'; readonly mark: Mark }
  /** Not before then. */
  | { readonly type: 'wait'; readonly until: number; readonly error: AuthError }
  | { readonly type: 'failed'; readonly error: AuthError }

/** What is wanted, by whom. */
export interface Want {
  readonly attempt: string
  /** The session it is wanted for. */
  readonly id: string
  readonly key: string
  /** A token that will not do, though it seems to live. */
  readonly unfit: string | undefined
  /** An attempt whose tab is known to be done or dead. */
  readonly gone: string | undefined
  /** Milliseconds after which a mark is overtaken whoever wrote it. */
  readonly holds: number
}

/** Milliseconds after which a mark is not acted upon any more: another tab may have taken over. */
export const grace = 1000

/** The longest that anybody waits before a token is presented again, in milliseconds. */
export const longest = 240_000

const steadyNow = (): number => performance.timeOrigin + performance.now()

/** Milliseconds since it was written; no more than either clock says, for a clock may be set meanwhile. */
export const age = ({ at, steady = at }: Mark): number =>
  Math.min(Math.abs(Date.now() - at), Math.abs(steadyNow() - steady))

/** Whether there is nothing in it but what was written: by what is in doubt nobody waits or counts. */
const isWhole = ({ at, steady = 0, tries, until = 0, prior = 0 }: Mark): boolean =>
  [at, steady, tries, until, prior].every(Number.isFinite)

/** What the record allows, here and now. */
export function judge(record: SessionRecord | undefined, want: Want, clock: Clock): Claim {
  const there = living(record)
  if (!there) return { type: 'ended' }
  const { refreshToken } = there
  const mark = there.mark && own(there.mark)
  const token = there.tokens[want.key]
  const renewed = token && token.value !== want.unfit && isFresh(clock, token)
  if (renewed || there.id !== want.id) return { type: 'done' }
  if (!refreshToken) return { type: 'spent' }
  const { attempt, gone, holds } = want
  const at = Date.now()
  const mine = { attempt, at, steady: steadyNow(), tries: 0 }
  if (!mark || !isWhole(mark)) return { type: 'mine', record: { ...there, mark: mine }, mark: mine }

  const { settled, until = 0, prior, error: data, ...rest } = mark
  const isGone = mark.attempt === gone
  if (!settled && !isGone && age(mark) < holds) return { type: 'taken', mark }
  const error = data ? fromData(data) : new AuthError('timeout')
  // The tab of a dead mark may have sent it in its last moment; the server is given that moment.
  const wait = settled ? until : mark.at + grace
  // A moment farther off is none that was agreed upon: the clock was set back since.
  if (wait > at && wait <= at + longest) return { type: 'wait', until: wait, error }
  const tries = mark.tries + (settled ? 0 : 1)
  // Presented twice, and nobody knows what became of it: a third time only when all is lost anyway.
  if (tries > 1 && clock.remaining(token) > 0) return { type: 'failed', error }
  const overtaken = settled || isGone ? prior : mark.at
  const next: Mark = {
    ...rest,
    ...mine,
    tries,
    error: data,
    ...(overtaken && { prior: overtaken }),
  }
  return { type: 'mine', record: { ...there, mark: next }, mark: next }
}

type Marks = Record<string, { attempt: string; at: number }>

/**
 * Where each tab has its own copy of the session, a duplicated tab has a copy of the same refresh
 * token. Whoever presents it first says so here, where both look.
 *
 * @param last the attempt that this copy itself made before
 * @returns whether this copy may be presented: nobody did, or the one who did was this copy
 */
export async function claimCopy(
  shared: Store,
  token: string,
  attempt: string,
  last?: string,
): Promise<boolean> {
  const name = await digest(token)
  const [, after] = await shared.update('pixy-auth:marks', (stored) => {
    const sound = Object.entries(Object(stored) as Marks).filter(
      ([, one]) => typeof one?.at === 'number',
    )
    const marks = Object.fromEntries(sound)
    const other = marks[name]
    if (other && other.attempt !== last) return marks
    const all = Object.entries({ ...marks, [name]: { attempt, at: Date.now() } })
    return Object.fromEntries(all.toSorted(([, a], [, b]) => b.at - a.at).slice(0, 100))
  })
  return (after as Marks)[name]?.attempt === attempt
}
