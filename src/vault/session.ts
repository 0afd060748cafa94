import { AuthError, toData, type ErrorData } from '../errors.js'
import { offline } from './offline.js'
import type { Store } from '../config.js'
import type { Fact, Snapshot } from '../door.js'
import { createClock, type Clock } from './clock.js'
import {
  isNewer,
  living,
  readRecord,
  toSnapshot,
  type Active,
  type SessionRecord,
  type Tombstone,
} from './record.js'

type Change = (record: SessionRecord | undefined) => SessionRecord | undefined

/** What is left of a session. */
const over = ({ id, version }: Active, ended: Tombstone['ended'], refused?: string): Tombstone => ({
  v: 1,
  id,
  version: version + 1,
  ended,
  refused,
})

/** What was there when a session ended, and whether the store confirmed its end. */
export interface SignedOff {
  readonly before: Active | undefined
  readonly saved: boolean
}

/** The session as this tab holds it, and the only way to change it. */
export interface HeldSession {
  readonly clock: Clock
  active(): Active | undefined
  snapshot(): Snapshot
  /** Look at the store, as when another tab changed it. */
  load(): Promise<void>
  /** One atomic change; `fn` returning `undefined` changes nothing. Resolves to what is there afterwards. */
  change(fn: Change): Promise<SessionRecord | undefined>
  /** What is there, as this tab last saw it. */
  record(): SessionRecord | undefined
  /** One atomic change where the session belongs, though this tab keeps it elsewhere. */
  offer(fn: Change): Promise<unknown>
  /** Keep the session in a store of this tab's own from now on; without one, where it belongs. */
  move(own?: Store): void
  /** The server ended it, by refusing this very refresh token; `refused` is its hash. */
  refuse(sent: string | undefined, refused?: string): Promise<SignedOff>
  /** The user ended it, in every tab; or (`quiet`) it is of no use any more. */
  signOut(quiet?: boolean): Promise<SignedOff>
  /** What the last refresh failed with. */
  trouble(error: AuthError): void
  close(): void
}

/**
 * @param key issuer and client, as they name stores and channels
 * @param home where the session is kept
 * @param perTab every tab has a session of its own (`'session'`, `'memory'`)
 * @param emit hears every change
 */
export function createSession(
  key: string,
  home: Store,
  perTab: boolean,
  emit: (fact: Fact) => void,
): HeldSession {
  const name = `pixy-auth:session:${key}`
  const clock = createClock()
  const first = home
  let signedOut: string | undefined
  let current: SessionRecord | undefined
  let trouble: ErrorData | undefined

  // Tabs tell each other that something changed, never what: receivers read the store again.
  const line = new BroadcastChannel(`pixy-auth:${key}`)
  line.onmessage = ({ data }) => {
    const [fact, id] = typeof data === 'string' ? data.split(' ') : []
    if (fact === 'sign-out') {
      // The fact first: a guard that runs while the store is read must know.
      emit({ type: 'sign-out' })
      if (perTab || home !== first) return void signOut(true)
      hide(id)
    }
    // Where the store cannot tell whose session is over, this tab's is.
    void load().catch(() => fact === 'sign-out' && hide(active()?.id))
  }

  const active = (): Active | undefined => living(current)
  const snapshot = (): Snapshot => toSnapshot(current, trouble ?? (active() && offline()))

  function adopt(stored: SessionRecord | undefined): void {
    const there = living(stored)
    // A store may go on showing what it would not delete.
    const record = there && there.id === signedOut ? over(there, 'sign-out') : stored
    if (record?.version !== current?.version) {
      const refused = active() && record?.ended === 'refused'
      trouble = refused ? toData(new AuthError('session_ended')) : undefined
    }
    const held = living(record)?.tokens
    if (!held) clock.forget()
    // From this moment on both clocks count.
    for (const key in held) clock.remaining(held[key])
    current = record
    emit({ type: 'state', snapshot: snapshot() })
  }

  /** For this tab that session is over from now on, whatever the store says. */
  function hide(id: string | undefined): void {
    if (id) signedOut = id
    adopt(current)
  }

  /** A store that a newer version has taken over is one that fails this tab. */
  function read(stored: unknown): SessionRecord | undefined {
    if (isNewer(stored)) throw new AuthError('storage')
    return readRecord(stored)
  }

  /** What is to be stored. Signing out alone takes away what a newer version keeps, or what nobody understands. */
  const written =
    (fn: Change, erases?: boolean) =>
    (stored: unknown): unknown => {
      const record = readRecord(stored)
      const next = isNewer(stored) ? undefined : fn(record)
      return next ?? (erases && !record ? undefined : stored)
    }

  async function load(): Promise<void> {
    adopt(read(await home.get(name)))
  }

  async function change(
    fn: Change,
    store = home,
    erases?: boolean,
  ): Promise<SessionRecord | undefined> {
    const [before, after] = await store.update(name, written(fn, erases))
    const record = read(after)
    if (store === home) adopt(record)
    if (record?.version !== readRecord(before)?.version) line.postMessage('changed')
    return record
  }

  async function bury(
    ended: Tombstone['ended'],
    isMeant: (record: Active) => boolean,
    refused?: string,
    erases?: boolean,
  ): Promise<SignedOff> {
    const held = active()
    let before: Active | undefined
    const stone: Change = (record) => {
      const there = living(record)
      if (!there || !isMeant(there)) return undefined
      before ??= there
      return over(there, ended, refused)
    }
    // Shown before anything slow.
    if (ended === 'sign-out') hide(held?.id)
    try {
      await change(stone, home, erases)
      // The store that failed this tab before may still hold what it had.
      if (home !== first) await change(stone, first, erases)
      return { before, saved: true }
    } catch {
      adopt(stone(active() ?? held) ?? current)
      return { before, saved: false }
    }
  }

  async function signOut(quiet?: boolean): Promise<SignedOff> {
    if (!quiet) {
      line.postMessage(['sign-out', active()?.id].join(' '))
      emit({ type: 'sign-out' })
    }
    return bury('sign-out', () => true, undefined, !quiet)
  }

  return {
    clock,
    active,
    snapshot,
    load,
    change,
    offer: (fn) => change(fn, first),
    record: () => current,
    move: (own = first) => void (home = own),
    refuse: (sent, refused) => bury('refused', (record) => record.refreshToken === sent, refused),
    signOut,
    trouble(error) {
      trouble = toData(error)
      adopt(current)
    },
    close: () => line.close(),
  }
}
