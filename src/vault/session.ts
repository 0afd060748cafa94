import type { VaultEvent } from '../door.js'
import type { Store } from '../options.js'
import { openChannel } from './channel.js'
import { createClock, type Clock } from './clock.js'
import type { Notes } from './notes.js'
import { activeOf, tombstoneOf, type Active, type SessionRecord, type Tombstone } from './record.js'
import { createShown, type ShownSession } from './shown.js'
import { createStored, type Change, type StoredSession } from './stored.js'

/** The session that was ended, and whether the store confirmed its end. */
export interface EndedSession {
  readonly before: Active | undefined
  readonly isSaved: boolean
}

/** What a session calls when something happens to it. */
export interface SessionEvents {
  emit(event: VaultEvent): void
  note: Notes['note']
  /** Another tab changed the record. */
  changed(): void
  /** A session ended in this tab, and the server may still accept its tokens. */
  ended(session: Active): void
}

/** The session as this tab holds it, and the only way to change it. */
export interface SessionStore
  extends
    Pick<ShownSession, 'active' | 'isOver' | 'snapshot' | 'record' | 'setError'>,
    Pick<StoredSession, 'change' | 'changeShared' | 'useStore'> {
  readonly clock: Clock
  /** Read the store, as when another tab changed it. */
  load(): Promise<void>
  /** Write a tombstone for the session that is stored. */
  end(tombstone: (record: Active) => Tombstone | undefined): Promise<EndedSession>
  /**
   * The user ends the session in every tab.
   *
   * @param isLocal whether no tab may tell the server of it
   */
  signOut(isLocal?: boolean): Promise<EndedSession>
  /** End the session only if it has this id. The app is not told of a sign-out by the user. */
  endOnly(id: string | undefined, kind: Tombstone['ended']): Promise<EndedSession>
  /** When the user last signed out, here or in another tab, as far as this page knows. */
  signedOutAt(): number
  close(): void
}

type End = (
  tombstone: (record: Active) => Tombstone | undefined,
  removesUnknown?: boolean,
) => Promise<EndedSession>

/**
 * Makes the function that writes a tombstone in place of the stored session or, if the store fails, in place of
 * the one that this tab holds. With `removesUnknown` it removes a stored value that is no record.
 */
function ending({ changeAll }: StoredSession, { active, record, adopt }: ShownSession): End {
  return async (tombstone, removesUnknown = false) => {
    const held = active()
    let before: Active | undefined
    const change: Change = (stored) => {
      const found = activeOf(stored)
      const ended = found && tombstone(found)
      if (ended) before ??= found
      return ended
    }
    try {
      await changeAll(change, removesUnknown)
      return { before, isSaved: true }
    } catch {
      adopt(change(active() ?? held) ?? record())
      return { before, isSaved: false }
    }
  }
}

function createSignOuts(emit: SessionEvents['emit']): { tell(): void; lastAt(): number } {
  let at = 0
  return {
    tell() {
      at = Date.now()
      emit({ type: 'sign-out' })
    },
    lastAt: () => at,
  }
}

/**
 * @param key names issuer and client
 * @param sharedStore where the session belongs
 * @param isPerTab whether every tab has a session of its own (`'session'`, `'memory'`)
 */
export function createSession(
  key: string,
  sharedStore: Store,
  isPerTab: boolean,
  { emit, note, changed, ended }: SessionEvents,
): SessionStore {
  const clock = createClock()
  const shown = createShown(clock, emit, note)
  const { active, refuseHere } = shown
  const channel = openChannel(key, onSignOut, () => {
    note('tab', 'changed')
    changed()
  })
  const name = `pixy-auth:session:${key}`
  const stored = createStored(name, sharedStore, adopt, channel.sendChanged)
  const end = ending(stored, shown)
  const signOuts = createSignOuts(emit)
  let last = 0

  // A store may answer in another order than it was asked: a record that is older than the last one is not
  // shown, and the store is read again.
  function adopt(record: SessionRecord | undefined): void {
    const before = last
    last = record?.version ?? 0
    if (last < before) changed()
    else shown.adopt(record)
  }

  function onSignOut(told: string | undefined, version: number): void {
    note('tab', 'sign-out')
    // Told before the store is read, so that a guard that runs meanwhile knows of the sign-out.
    signOuts.tell()
    const isOwn = isPerTab || !stored.isShared()
    // The other tab may be closed before it has written the tombstone, so this tab writes it too.
    void endOnly(isOwn ? active()?.id : told, 'sign-out').then(({ before, isSaved }) => {
      // The store has failed, so the session may still be in it: do not show it in this tab any more.
      if (!isSaved) refuseHere(active()?.id)
      if (before && (isOwn ? version < Infinity : !(before.version <= version))) ended(before)
    })
  }

  const load = async (): Promise<void> => adopt(await stored.read())

  // All of this, except the answer of the store, happens before the first `await`: the app may leave the page
  // right after the call.
  async function signOut(isLocal = false): Promise<EndedSession> {
    const held = active()
    const over = end((record) => tombstoneOf(record, 'sign-out'), true)
    channel.sendSignOut(held?.id, isLocal ? Infinity : held?.version)
    signOuts.tell()
    refuseHere(held?.id)
    return over
  }

  async function endOnly(id: string | undefined, kind: Tombstone['ended']): Promise<EndedSession> {
    const over = end((record) => (record.id === id ? tombstoneOf(record, kind) : undefined))
    refuseHere(id, kind)
    // The session ended on this device; the server may not know.
    if (kind === 'expired') void over.then(({ before }) => before?.refreshToken && ended(before))
    return over
  }

  return {
    ...shown,
    ...stored,
    clock,
    load,
    end,
    signOut,
    endOnly,
    signedOutAt: signOuts.lastAt,
    close: channel.close,
  }
}
