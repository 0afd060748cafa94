import type { Snapshot, VaultEvent } from '../door.js'
import { AuthError, toData, type ErrorData } from '../errors.js'
import type { Clock } from './clock.js'
import type { Notes } from './notes.js'
import { activeOf, tombstoneOf, toSnapshot, type Active, type SessionRecord } from './record.js'

/** The session as this tab shows it. */
export interface ShownSession {
  record(): SessionRecord | undefined
  active(): Active | undefined
  snapshot(): Snapshot
  /** Show what the store holds. */
  adopt(stored: SessionRecord | undefined): void
  /** Show the session of this id as ended from now on, whatever the store says. */
  refuseHere(id: string | undefined): void
  /** Say what the last refresh failed with. */
  setError(error: AuthError): void
}

/** What to say while the device is offline. */
function offlineError(): ErrorData | undefined {
  return globalThis.navigator?.onLine === false
    ? toData(new AuthError('network', 'This device is offline.'))
    : undefined
}

/** A session that the server ended is told of; a change of any other kind clears the error. */
function errorAfter(
  before: Active | undefined,
  record: SessionRecord | undefined,
): ErrorData | undefined {
  return before && record?.ended === 'refused' ? toData(new AuthError('session_ended')) : undefined
}

export function createShown(
  clock: Clock,
  emit: (event: VaultEvent) => void,
  note: Notes['note'],
): ShownSession {
  let current: SessionRecord | undefined
  let refusedId: string | undefined
  let lastError: ErrorData | undefined

  const active = (): Active | undefined => activeOf(current)
  const snapshot = (): Snapshot => toSnapshot(current, lastError ?? (active() && offlineError()))

  function adopt(stored: SessionRecord | undefined): void {
    const found = activeOf(stored)
    // A store may go on showing what it did not delete.
    const record = found && found.id === refusedId ? tombstoneOf(found, 'sign-out') : stored
    const isNew = record?.version !== current?.version
    if (isNew) lastError = errorAfter(active(), record)
    clock.keep(activeOf(record)?.tokens)
    current = record
    if (isNew) note('store', record?.ended ?? !!record)
    emit({ type: 'state', snapshot: snapshot() })
  }

  return {
    record: () => current,
    active,
    snapshot,
    adopt,
    refuseHere(id) {
      if (!id) return
      refusedId = id
      adopt(current)
    },
    setError(error) {
      lastError = toData(error)
      adopt(current)
    },
  }
}
