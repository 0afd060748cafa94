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
  /** Whether the end of the session has come, whatever its tokens say. */
  isOver(): boolean
  snapshot(): Snapshot
  /** Show what the store holds. */
  adopt(stored: SessionRecord | undefined): void
  /** Show the session of this id as ended from now on, whatever the store says. @param kind by what; the user, as a rule */
  refuseHere(id: string | undefined, kind?: Tombstone['ended']): void
  /** Say what the last refresh failed with. */
  setError(error: AuthError): void
}

/** What to say while the device is offline. */
function offlineError(): ErrorData | undefined {
  return globalThis.navigator?.onLine === false
    ? toData(new AuthError('network', 'This device is offline.'))
    : undefined
}

const isPast = (record: Active | undefined): boolean => (record?.endsAt ?? Infinity) <= Date.now()

export const NO_REFRESH_TOKEN =
  'The server gave no refresh token: ask for `offline_access`, or see whether this client may have one.'

/** A session that the user did not end is told of; a change of any other kind clears the error. */
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
    // A store may go on showing what it did not delete.
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
