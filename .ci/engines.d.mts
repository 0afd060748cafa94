/** A browser that Playwright drives: the system's at `path`; Playwright's own without one. */
export interface Browser {
  path?: string
}

/** The system's WebKit speaks WebDriver only, and opens windows on a display. */
export interface WebKitGTK {
  driver: string
  browser: string
  display: string
}

/** What is on this machine; an engine that is not is left out. */
export interface Engines {
  chromium?: Browser
  firefox?: Browser
  webkit?: { gtk?: WebKitGTK }
}

export function findEngines(): Engines
