import { keepOut } from '../../page/sign-in/keep-out.js'
import { returnHome } from '../../page/sign-in/return-home.js'

/**
 * Take the router to where the user was, and keep the code out of what it writes.
 *
 * @param state of the answer: what mentions it has the code
 * @param redirectUri where the answer came, without it
 */
export function goHome(state: string, redirectUri: string, returnTo: string): void {
  const move = (): void => returnHome({}, { returnTo, isKept: true })
  // It becomes part of a pattern.
  if (/^[\w-]+$/.test(state)) keepOut(state, { redirectUri }, move)
  move()
}
