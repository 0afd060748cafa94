import { withBlocked, type Blocked } from './policy.js'
import { readReport, type Report, type Shown } from './report.js'

const maxEvents = 400

/** The steps that are shown: of the live session, of the moment when it was paused, or of a pasted report. */
export interface Model {
  add(event: Shown): void
  block(blocked: Blocked): void
  all(): readonly Shown[]
  /** The origin of the page that made the steps; unknown in a report of an older version. */
  origin(): string | undefined
  clear(): void
  /** @returns whether the diagram is paused now */
  pause(): boolean
  /** Show a report; without a text, the live session again. @throws Error if the text is no report */
  replay(text?: string): void
  isReplay(): boolean
}

export function createModel(): Model {
  const live = new Map<string, Shown>()
  let replayed: Report | undefined
  let frozen: readonly Shown[] | undefined
  const blocked: Blocked[] = []
  const now = (): readonly Shown[] =>
    [...live.values()].toSorted((a, b) => a.at - b.at).map((event) => withBlocked(event, blocked))
  return {
    add(event) {
      live.set(event.id, event)
      for (const id of live.keys()) if (live.size > maxEvents) live.delete(id)
    },
    block(one) {
      blocked.push(one)
      // A page may repeat a blocked call for hours.
      if (blocked.length > 50) blocked.shift()
    },
    all: () => replayed?.events ?? frozen ?? now(),
    origin: () => (replayed ?? globalThis).origin,
    clear() {
      live.clear()
      frozen &&= []
    },
    pause() {
      frozen = frozen ? undefined : now()
      return frozen !== undefined
    },
    replay(text) {
      replayed = text === undefined ? undefined : readReport(text)
    },
    isReplay: () => replayed !== undefined,
  }
}
