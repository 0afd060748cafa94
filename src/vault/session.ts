import type { VaultEvent } from '../door.js'
import type { Store } from '../options.js'
import { openChannel } from './channel.js'
import { createClock, type Clock } from './clock.js'
import { activeOf, tombstoneOf, type Active, type Tombstone } from './record.js'
import { createShown, type ShownSession } from './shown.js'
import { createStored, type Change, type StoredSession } from './stored.js'

/** The session that was ended, and whether the store confirmed its end. */
export interface EndedSession {
  readonly before: Active | undefined
  readonly isSaved: boolean
}

/** The session as this tab holds it, and the only way to change it. */
export interface SessionStore
  extends
    Pick<ShownSession, 'active' | 'snapshot' | 'record' | 'setError'>,
    Pick<StoredSession, 'change' | 'changeShared' | 'useStore'> {
  readonly clock: Clock
  /** Read the store, as when another tab changed it. */
  load(): Promise<void>
  /** The server refused this refresh token; `refused` is its hash. */
  refuse(sent: string | undefined, refused?: string): Promise<EndedSession>
  /** The user ended the session in every tab; or (`isQuiet`) it is of no use any more. */
  signOut(isQuiet?: boolean): Promise<EndedSession>
  close(): void
}

/** A change that ends the session, and the session that it ended. */
function ending(tombstone: (record: Active) => Tombstone | undefined): {
  change: Change
  before: () => Active | undefined
} {
  let before: Active | undefined
  const change: Change = (record) => {
    const found = activeOf(record)
    const ended = found && tombstone(found)
    if (ended) before ??= found
    return ended
  }
  return { change, before: () => before }
}

/**
 * @param key names issuer and client
 * @param sharedStore where the session belongs
 * @param isPerTab whether every tab has a session of its own (`'session'`, `'memory'`)
 * @param emit told of every change
 */
export function createSession(
  key: string,
  sharedStore: Store,
  isPerTab: boolean,
  emit: (event: VaultEvent) => void,
): SessionStore {
  const clock = createClock()
  const { adopt, active, refuseHere, ...shown } = createShown(clock, emit)
  const channel = openChannel(key, onSignOut, () => void load().catch(() => {}))
  const stored = createStored(`pixy-auth:session:${key}`, sharedStore, adopt, channel.sendChanged)

  function onSignOut(id: string | undefined): void {
    // At once, so that a guard that runs while the store is read knows it.
    emit({ type: 'sign-out' })
    if (isPerTab || !stored.isShared()) return void signOut(true)
    refuseHere(id)
    void load().catch(() => refuseHere(active()?.id))
  }

  async function load(): Promise<void> {
    adopt(await stored.read())
  }

  async function end(
    held: Active | undefined,
    tombstone: (record: Active) => Tombstone | undefined,
    removesUnknown = false,
  ): Promise<EndedSession> {
    const { change, before } = ending(tombstone)
    try {
      await stored.changeAll(change, removesUnknown)
      return { before: before(), isSaved: true }
    } catch {
      adopt(change(active() ?? held) ?? shown.record())
      return { before: before(), isSaved: false }
    }
  }

  async function signOut(isQuiet?: boolean): Promise<EndedSession> {
    const held = active()
    if (!isQuiet) {
      channel.sendSignOut(held?.id)
      emit({ type: 'sign-out' })
    }
    // Shown before anything slow.
    refuseHere(held?.id)
    return end(held, (record) => tombstoneOf(record, 'sign-out'), !isQuiet)
  }

  return {
    ...shown,
    clock,
    active,
    load,
    change: stored.change,
    changeShared: stored.changeShared,
    useStore: stored.useStore,
    refuse: (sent, refused) =>
      end(active(), (record) =>
        record.refreshToken === sent ? tombstoneOf(record, 'refused', refused) : undefined,
      ),
    signOut,
    close: channel.close,
  }
}
