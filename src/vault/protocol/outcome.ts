import { digest } from '../../digest.js'
import type { AuthError } from '../../errors.js'
import type { Inside } from '../inside.js'
import { living, type Active, type Mark } from '../record.js'
import type { HeldSession } from '../session.js'
import type { Claim } from './mark.js'

/** How one turn of a refresh ended: it is done, or there is a reason to go round again. */
export type Turn = Exclude<Claim, { type: 'mine' }> | { readonly type: 'again' }

/** What was presented, under which mark, for which token. */
export interface Asked {
  readonly record: Active
  readonly mark: Mark
  readonly key: string
  readonly forced: boolean
}

/** The attempt is over, the session goes on: say in its mark what is to be waited for. */
export async function settle(
  session: HeldSession,
  { attempt }: Mark,
  more: Partial<Mark>,
): Promise<Turn> {
  await session.change((record) => {
    const there = living(record)
    if (there?.mark?.attempt !== attempt) return undefined
    // Any other answer than nothing at all forgets that there was nothing once.
    const { emptyAt: _, ...rest } = there.mark
    return { ...there, version: there.version + 1, mark: { ...rest, settled: true, ...more } }
  })
  return { type: 'again' }
}

/** The server ended the session, or what it answered did. */
export async function ended(
  { session }: Inside,
  { record }: Asked,
  error?: AuthError,
): Promise<Turn> {
  const sent = record.refreshToken ?? ''
  const { before } = await session.refuse(sent, await digest(sent))
  // Another tab had a new one meanwhile.
  if (!before) return { type: 'again' }
  return error ? { type: 'failed', error } : { type: 'ended' }
}
