import type { Snapshot, VaultEvent } from '../door.js'
import { AuthError, toData, type ErrorData } from '../errors.js'
import type { Clock } from './clock.js'
import type { Notes } from './notes.js'
import {
  activeOf,
  canRenew,
  tombstoneOf,
  toSnapshot,
  type Active,
  type SessionRecord,
  type Tombstone,
} from './record.js'

/** The session as this tab shows it. */
export interface ShownSession {
  record(): SessionRecord | undefined
  active(): Active | undefined
  /** Whether the session has reached its end (`endsAt`), even if its tokens are still valid. */
  isOver(): boolean
  snapshot(): Snapshot
  /** Show the record that the store holds. */
  adopt(stored: SessionRecord | undefined): void
  /**
   * Show the session of this id as ended from now on, even if the store still has it.
   *
   * @param kind why it ended; by default the user has signed out
   */
  refuseHere(id: string | undefined, kind?: Tombstone['ended']): void
  /** Show why the last refresh failed. */
  setError(error: AuthError): void
}

/** The error to show while the device is offline. */
function offlineError(): ErrorData | undefined {
  return globalThis.navigator?.onLine === false
    ? toData(new AuthError('network', 'This device is offline.'))
    : undefined
}

const isPast = (record: Active | undefined): boolean => (record?.endsAt ?? Infinity) <= Date.now()

export const NO_REFRESH_TOKEN =
  'The server gave no refresh token: ask for `offline_access`, or see whether this client may have one.'

/**
 * The error to show after a change of the record. If the session ended, and the user did not sign out, it says
 * so; any other change clears the error.
 */
function errorAfter(
  before: Active | undefined,
  record: SessionRecord | undefined,
): ErrorData | undefined {
  if (!before || !record?.ended || record.ended === 'sign-out') return undefined
  const hint = canRenew(before) ? undefined : NO_REFRESH_TOKEN
  const error = new AuthError(
    'session_ended',
    isPast(before) ? 'By `maxSession`, or the server.' : hint,
  )
  return toData(error)
}

export function createShown(
  clock: Clock,
  emit: (event: VaultEvent) => void,
  note: Notes['note'],
): ShownSession {
  let current: SessionRecord | undefined
  let refusedId: string | undefined
  let refusedBy: Tombstone['ended'] = 'sign-out'
  let lastError: ErrorData | undefined

  const active = (): Active | undefined => activeOf(current)
  const snapshot = (): Snapshot => toSnapshot(current, lastError ?? (active() && offlineError()))

  function adopt(stored: SessionRecord | undefined): void {
    const found = activeOf(stored)
    // A store may still return a session that it failed to delete.
    const record = found && found.id === refusedId ? tombstoneOf(found, refusedBy) : stored
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
    isOver: () => isPast(active()),
    snapshot,
    adopt,
    refuseHere(id, kind = 'sign-out') {
      if (!id) return
      refusedId = id
      refusedBy = kind
      adopt(current)
    },
    setError(error) {
      lastError = toData(error)
      adopt(current)
    },
  }
}
