// The globals in the page of an app.
interface BenchApp {
  start(): Promise<boolean>
  signIn(): unknown
  token(): Promise<string>
  refresh(): Promise<unknown>
  /** Absent if the library has no `fetch` of its own. */
  fetch?(url: string): Promise<Response>
  /** Only pixy-auth has it. */
  trace?(listener: () => void): () => void
}

// This package is installed only with the other packages of the bench, and the types must be checked without them.
declare module 'selfsigned' {
  export function generate(
    attributes: readonly { name: string; value: string }[],
  ): Promise<{ private: string; cert: string }>
}

declare var app: BenchApp
/** Another client of the same session. */
declare var makeApp: () => BenchApp
/** The clients that bench/trace.mjs compares. */
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
