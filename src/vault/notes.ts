import type { SignInRequest, Via } from '../door.js'
import type { Token, Tombstone } from './record.js'

/** The facts that are noted when a step begins. They become events only if the app listens to the trace. */
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
  /** The app asked for `offline_access`, but no refresh token came. */
  'no-refresh-token': []
  call: [method: string, url: string, token?: Token['type'] | null, isAgain?: boolean]
  /** How the session ended; otherwise whether there is one. */
  store: [Tombstone['ended'] | boolean]
  tab: ['changed' | 'sign-out' | 'session']
  lease: []
  backoff: [until: number]
  'sign-out': [isLocal: boolean]
  'end-session': [url: string]
  /** A request to a backend. `as` names its step, if that is not the one of its route. */
  backend: [route: 'session' | 'token' | 'sign-out', as?: 'refresh' | 'userinfo']
}

export interface Note {
  readonly step: keyof NoteFacts
  readonly facts: readonly unknown[]
  /** By the monotonic clock of this page. */
  readonly at: number
  /** When it ended, if it takes time. */
  end?: number
  /** The result. */
  result?: unknown
}

/** Tells how a step ended. */
export type End = (result?: unknown) => void

export interface Notes {
  /** @returns a function that notes its end, for a step that takes time */
  note<Step extends keyof NoteFacts>(step: Step, ...facts: NoteFacts[Step]): End
  /** The last 200. */
  readonly kept: Note[]
  /** Called with each note from now on, and again when it ends. */
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
