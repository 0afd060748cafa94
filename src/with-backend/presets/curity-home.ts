import { keepOut } from '../../page/sign-in/keep-out.js'
import { returnHome } from '../../page/sign-in/return-home.js'

/**
 * Move the router back to where the user was, and keep the code out of the URLs that the router writes.
 *
 * @param state of the answer: a URL that contains it has the code, too
 * @param redirectUri the URL of this page, without the answer
 */
export function goHome(state: string, redirectUri: string, returnTo: string): void {
  const move = (): void => returnHome({}, { returnTo, isKept: true })
  // The state becomes part of a regular expression.
  if (/^[\w-]+$/.test(state)) keepOut(state, { redirectUri }, move)
  move()
}
