import type { AuthState, SignedIn, SignedOut } from '../../api.js'
import type { TraceEvent } from '../../trace.js'
import type { Start, TraceEar } from '../client.js'
import type { StateStore } from '../state.js'

/** The trace of a client: its last steps, and its listeners. */
interface TraceLog extends TraceEar {
  listen(listener: (event: TraceEvent) => void, signal: AbortSignal): void
}

const maxEvents = 200
const leaves = /^(authorize|end-session)$/

const logs = new WeakMap<Start, TraceLog>()

/** Call the listener with the events so far, then with each new one, until the signal aborts. */
export function listen(
  page: Start,
  state: StateStore,
  listener: (event: TraceEvent) => void,
  signal: AbortSignal,
): void {
  const log = logs.get(page) ?? createLog(page, state)
  logs.set(page, log)
  log.listen(listener, signal)
}

/**
 * Collects the states that the app is shown, the steps of the vault, and what this tab did before it left for
 * the server.
 */
function createLog(page: Start, state: StateStore): TraceLog {
  const events = new Map<string, TraceEvent>()
  const listeners = new Set<(event: TraceEvent) => void>()
  const inOrder = (): TraceEvent[] => [...events.values()].toSorted((a, b) => a.at - b.at)
  let shown = 0
  let isGoing = false
  const log: TraceLog = {
    opened: (vault) => void vault.trace().catch(() => {}),
    event(event) {
      events.set(event.id, event)
      for (const id of events.keys()) {
        if (events.size <= maxEvents) break
        events.delete(id)
      }
      // Kept before `pagehide`: if the server redirects at once, what is written then comes too late for the
      // next page (Firefox).
      if (isGoing || leaves.test(event.step)) keep(page, inOrder())
      for (const listener of listeners) tell(listener, event)
    },
    listen(listener, signal) {
      // One function for each call, so that the same listener can be given twice.
      const own = (event: TraceEvent): void => listener(event)
      for (const event of inOrder()) if (!signal.aborted) tell(own, event)
      if (!signal.aborted) listeners.add(own)
      signal.addEventListener('abort', () => listeners.delete(own))
    },
  }
  takeUp(page).forEach((event) => events.set(event.id, event))
  state.subscribe((now) => log.event(shownEvent(now, `state ${++shown}`)))
  page.ear = log
  if (page.door) log.opened(page.door.vault)
  const { disposed: signal } = page
  function hide(): void {
    keep(page, inOrder())
    // The vault may send its last calls after this listener has run.
    isGoing = true
  }
  addEventListener('pagehide', hide, { signal })
  addEventListener('pageshow', () => (isGoing = false), { signal })
  return log
}

/** A listener that throws must not keep the others from being called. */
function tell(listener: (event: TraceEvent) => void, event: TraceEvent): void {
  try {
    listener(event)
  } catch (error) {
    reportError(error)
  }
}

type Shown = Pick<AuthState, 'status'> & Partial<Pick<SignedOut, 'error'> & Pick<SignedIn, 'stale'>>

/** The event of a state. It holds nothing about the user. */
function shownEvent(now: AuthState, id: string): TraceEvent {
  const { status, error, stale } = now as Shown
  return {
    id,
    step: 'state',
    from: 'client',
    to: 'user',
    at: performance.timeOrigin + performance.now(),
    outcome: 'ok',
    error: (stale ?? error)?.code,
    detail: { status, isStale: !!stale },
  }
}

const nameOf = ({ config }: Start): string => `pixy-auth:trace:${config().key}`

/** Keep the trace for this tab while the browser is elsewhere. */
function keep(page: Start, events: readonly TraceEvent[]): void {
  try {
    sessionStorage.setItem(nameOf(page), JSON.stringify(events))
  } catch {
    // Storage is denied, or full.
  }
}

function takeUp(page: Start): TraceEvent[] {
  try {
    const kept = sessionStorage.getItem(nameOf(page)) ?? '[]'
    sessionStorage.removeItem(nameOf(page))
    const events = JSON.parse(kept) as TraceEvent[]
    return events.map((event) => Object.assign(event, { id: `<${event.id}` }))
  } catch {
    // Storage is denied, or another version wrote this.
    return []
  }
}
