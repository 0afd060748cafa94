// What the page of an app has.
interface BenchApp {
  start(): Promise<boolean>
  signIn(): unknown
  token(): Promise<string>
  refresh(): Promise<unknown>
  /** Absent where the library has no `fetch` of its own. */
  fetch?(url: string): Promise<Response>
  /** Only this library has it. */
  trace?(listener: () => void): () => void
}

// Installed with the packages of the bench, which the types need not.
declare module 'selfsigned' {
  export function generate(
    attributes: readonly { name: string; value: string }[],
  ): Promise<{ private: string; cert: string }>
}

declare var app: BenchApp
/** Another client of the same session. */
declare var makeApp: () => BenchApp
/** Of the bench of the trace. */
declare var sides: Record<'plain' | 'again' | 'heard', BenchApp>
declare var seen: {
  fetchStart: number
  importedAt: number
  knownAt: number
  tokenAt: number
  refreshedAt: number
  isSignedIn?: boolean
  isDone?: boolean
  error?: string
}
declare var isLeaving: boolean | undefined
declare var auth: import('../src/api.js').Auth
declare var early: { isSignedIn: boolean; sentAt: number; shownAt: number } | undefined
