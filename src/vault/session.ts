import { AuthError, toData, type ErrorData } from '../errors.js'
import type { Store } from '../config.js'
import type { Fact, Snapshot } from '../door.js'
import { createClock, type Clock } from './clock.js'
import {
  living,
  readRecord,
  toSnapshot,
  type Active,
  type Fresh,
  type SessionRecord,
  type Tombstone,
} from './record.js'
import { memoryStore } from './store.js'

type Change = (record: SessionRecord | undefined) => SessionRecord | undefined

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
  /** The same for what must not be lost: where the store fails, the session lives on in this tab's memory. */
  keep(fn: Change): Promise<SessionRecord | undefined>
  /** A new session. */
  begin(fresh: Fresh): Promise<unknown>
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
  let current: SessionRecord | undefined
  let trouble: ErrorData | undefined

  // Tabs tell each other that something changed, never what: receivers read the store again.
  const line = new BroadcastChannel(`pixy-auth:${key}`)
  line.onmessage = ({ data }) => {
    if (data !== 'sign-out') return void load().catch(() => {})
    // The fact first: a guard that runs while the store is read must know.
    emit({ type: 'sign-out' })
    void (perTab ? signOut(true) : load().catch(() => {}))
  }

  const active = (): Active | undefined => living(current)
  const snapshot = (): Snapshot => toSnapshot(current, trouble)
  const publish = (): void => emit({ type: 'state', snapshot: snapshot() })

  function adopt(record: SessionRecord | undefined): void {
    if (record?.version !== current?.version) {
      const refused = active() && record?.ended === 'refused'
      trouble = refused ? toData(new AuthError('session_ended')) : undefined
    }
    if (!living(record)) clock.forget()
    current = record
    publish()
  }

  async function load(): Promise<void> {
    adopt(readRecord(await home.get(name)))
  }

  async function change(fn: Change): Promise<SessionRecord | undefined> {
    const [before, after] = await home.update(name, (stored) => fn(readRecord(stored)) ?? stored)
    const record = readRecord(after)
    adopt(record)
    if (record?.version !== readRecord(before)?.version) line.postMessage('changed')
    return record
  }

  async function keep(fn: Change): Promise<SessionRecord | undefined> {
    try {
      return await change(fn)
    } catch {
      // From here on this tab is on its own: the others cannot see what it holds.
      const seed = current
      home = memoryStore()
      perTab = true
      await home.update(name, () => seed)
      return change(fn)
    }
  }

  async function bury(
    ended: Tombstone['ended'],
    isMeant: (record: Active) => boolean,
    refused?: string,
  ): Promise<SignedOff> {
    let before: Active | undefined
    const stone: Change = (record) => {
      const there = living(record)
      if (!there || !isMeant(there)) return undefined
      before ??= there
      return { v: 1, id: there.id, version: there.version + 1, ended, refused }
    }
    try {
      await change(stone)
      // The store that failed this tab before may still hold what it had.
      if (home !== first) await first.update(name, (stored) => stone(readRecord(stored)) ?? stored)
      return { before, saved: true }
    } catch {
      // Whatever the store says: for this tab it is over.
      adopt(stone(current) ?? current)
      return { before, saved: false }
    }
  }

  async function signOut(quiet?: boolean): Promise<SignedOff> {
    const signedOff = await bury('sign-out', () => true)
    if (!quiet) {
      line.postMessage('sign-out')
      emit({ type: 'sign-out' })
    }
    return signedOff
  }

  return {
    clock,
    active,
    snapshot,
    load,
    change,
    keep,
    begin(fresh) {
      const id = crypto.randomUUID()
      return keep((before) => ({ ...fresh, v: 1, id, version: (before?.version ?? 0) + 1 }))
    },
    refuse: (sent, refused) => bury('refused', (record) => record.refreshToken === sent, refused),
    signOut,
    trouble(error) {
      trouble = toData(error)
      publish()
    },
    close: () => line.close(),
  }
}
