/** Takes the app's router to a place on this page's own origin. */
export type Navigate = (url: URL) => void

let current: Navigate | undefined

/** The router that the app gave after its client was made. */
export const router = (): Navigate | undefined => current

/**
 * Give the page's router to its clients, where it exists inside of a component only; one that was
 * given as an option goes before it.
 *
 * @returns the undo
 */
export function navigateBy(navigate: Navigate): () => void {
  current = navigate
  return () => {
    if (current === navigate) current = undefined
  }
}
