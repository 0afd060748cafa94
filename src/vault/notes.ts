import type { SignInRequest, Via } from '../door.js'
import type { Token, Tombstone } from './record.js'

/** What is noted of a step when it begins. Nothing is made of it unless the trace is listened to. */
export interface NoteFacts {
  /** A sign-in begins. */
  click: [request: Pick<SignInRequest, 'via' | 'by'>]
  verifier: [hasKey: boolean]
  /** A request to the authorization server. */
  http: [step: string, method: string, url: string, grant?: unknown]
  authorize: [url: string, via: Via]
  login: [since: number]
  callback: [answer: 'code' | 'error' | 'neither']
  tokens: []
  /** `offline_access` was asked for in vain. */
  'no-refresh-token': []
  call: [method: string, url: string, token?: Token['type'] | null, isAgain?: boolean]
  /** How the session ended; otherwise whether there is one. */
  store: [Tombstone['ended'] | boolean]
  tab: ['changed' | 'sign-out' | 'session']
  lease: []
  backoff: [until: number]
  'sign-out': [isLocal: boolean]
  'end-session': [url: string]
  /** A request to a backend, which may be made for another step than its route says. */
  backend: [route: 'session' | 'token' | 'sign-out', as?: 'refresh' | 'userinfo']
}

export interface Note {
  readonly step: keyof NoteFacts
  readonly facts: readonly unknown[]
  /** By the monotonic clock of this page. */
  readonly at: number
  /** When it ended, if it takes time. */
  end?: number
  /** What came of it. */
  result?: unknown
}

/** Tells how a step ended. */
export type End = (result?: unknown) => void

export interface Notes {
  /** @returns what ends it; a step that is done at once is not ended */
  note<Step extends keyof NoteFacts>(step: Step, ...facts: NoteFacts[Step]): End
  /** The last 200. */
  readonly kept: Note[]
  /** Told of each from now on. */
  hear?: (note: Note) => void
}

export function createNotes(): Notes {
  const kept: Note[] = []
  const notes: Notes = {
    kept,
    note(step, ...facts) {
      const note: Note = { step, facts, at: performance.now() }
      if (kept.push(note) > 200) kept.shift()
      notes.hear?.(note)
      return (result) => {
        Object.assign(note, { end: performance.now(), result })
        notes.hear?.(note)
      }
    },
  }
  return notes
}
