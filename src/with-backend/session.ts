import type { Snapshot, VaultEvent } from '../door.js'
import type { Store } from '../options.js'
import { endedSession } from '../page/flags.js'
import { createNotes } from '../vault/notes.js'
import { openTabs, type TabChannel } from './channel.js'
import type { BackendPageConfig } from './config.js'
import { request, type BackendContext } from './request.js'
import { createShown, snapshotOf, type ShownSession } from './shown.js'

/** The session, as the backend last described it. */
export interface BackendSession
  extends BackendContext, Pick<ShownSession, 'current' | 'caller' | 'show' | 'doubt'> {
  readonly tabs: TabChannel
  /** @param refused the id of a session that the user has ended; `'*'` for any */
  open(refused: string | undefined): Promise<Snapshot>
  /** Ask the backend which session there is, and show it. Never rejects. */
  read(): Promise<void>
  /** Show the session as ended, in every tab. @returns its id */
  end(): string | undefined
  /** The backend has confirmed that the session has ended. */
  ended(): void
}

/** Ask the backend which session there is. Calls at the same time share one request. */
interface Asking {
  load(): Promise<Snapshot>
  /** The same, with a request that begins now: the answer to an earlier request may be out of date. */
  reload(): Promise<Snapshot>
  /** End this session at the backend as soon as the backend can be reached; `'*'` for any session, empty for none. */
  refuse(id: string): void
  isRefused(snapshot: Snapshot): boolean
}

function createAsking(context: BackendContext, { refuse }: ShownSession): Asking {
  let untold = ''
  let loading: Promise<Snapshot> | undefined
  const isRefused = ({ id }: Snapshot): boolean => !!id && (untold === '*' || untold === id)

  /** Ask for the session, and send a sign-out that did not reach the backend because the page was left. */
  async function ask(): Promise<Snapshot> {
    const next = snapshotOf(await request(context, 'session'))
    if (isRefused(next)) {
      refuse(next.id)
      await request(context, 'sign-out', { body: {} })
    }
    if (untold) endedSession(context.config.key, (untold = ''))
    return next
  }

  const load = (): Promise<Snapshot> => (loading ??= ask().finally(() => (loading = undefined)))
  return {
    refuse: (id) => void (untold = id),
    isRefused,
    load,
    reload: () => Promise.resolve(loading).then(load, load),
  }
}

/** Note a failed sign-in, so that a page that signs in on load does not repeat it without end. */
async function noteFailure(key: string): Promise<void> {
  const chunk = await import('../page/sign-in/index.js').catch(() => undefined)
  chunk?.noteOutcome(key, true)
}

/** The session, which lives at the backend. */
export function createBackendSession(
  config: BackendPageConfig,
  tabStore: Store,
  emit: (event: VaultEvent) => void,
): BackendSession {
  const context = { config, notes: createNotes() }
  const shown = createShown(config.key, tabStore, emit)
  const { current, show, doubt } = shown
  const asking = createAsking(context, shown)

  const tabs = openTabs(config.key, (fact, id) => {
    context.notes.note('tab', fact)
    if (fact === 'sign-out') {
      emit({ type: 'sign-out' })
      shown.refuse(id)
    } else if (fact === 'changed' || id !== (current().id ?? '')) void read()
  })

  async function read(): Promise<void> {
    try {
      show(await asking.reload())
    } catch (failure) {
      if (current().id) doubt(failure)
    }
  }

  /** Show the session that this page load has found. */
  async function enter(next: Snapshot, before: Snapshot): Promise<void> {
    if (next.status === 'signed-out' && next.error) await noteFailure(config.key)
    const { id } = show(next)
    if (id && id !== before.id) tabs.send('session', id)
  }

  // Ask within `start()`, without waiting: a preset may have to take a code out of the address before a router reads it.
  void asking.load()

  return {
    ...context,
    current,
    caller: shown.caller,
    show,
    doubt,
    tabs,
    async open(refused) {
      if (refused) asking.refuse(refused)
      const before = await shown.kept()
      try {
        await enter(await asking.load(), before)
      } catch (failure) {
        if (asking.isRefused(before)) shown.refuse(before.id)
        doubt(failure, before)
      }
      return current()
    },
    read,
    end() {
      const { id } = current()
      const known = id ?? ''
      asking.refuse(known)
      tabs.send('sign-out', known)
      emit({ type: 'sign-out' })
      shown.refuse(id)
      return id
    },
    ended: () => asking.refuse(''),
  }
}
