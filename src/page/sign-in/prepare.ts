import type { OrEvent } from '../../lib/own.js'
import type { SignInOptions } from '../../options.js'
import type { Opened, Start } from '../client.js'
import { preconnect } from './preconnect.js'
import { checked, isFramedByOthers, requestOf } from './sign-in.js'

/** The events that come before a click by pointer, by touch or by key. Other keys do not click. */
const presses = /^(pointerdown|mousedown|touchstart|keydown (Enter| ))/

/** Whether the user is pressing the button, or the app says what the click will ask for. */
function isMeant(given: OrEvent<SignInOptions> | undefined): boolean {
  const { preventDefault, type, key, button } = Object(given) as Partial<KeyboardEvent & MouseEvent>
  return preventDefault ? !button && presses.test(`${type} ${key}`) : !!given
}

/**
 * Make the request of the click that follows.
 *
 * @throws AuthError what the click will reject with
 */
async function prepareSignIn(
  { vault, config }: Opened,
  given: OrEvent<SignInOptions> | undefined,
): Promise<void> {
  if (!isMeant(given) || config.leave || isFramedByOthers()) return
  const { via = 'redirect' } = checked(given)
  if (via === 'redirect') await vault.prepare(requestOf(via, given))
}

/** Load the files that a click would wait for. Never rejects. @param given what `auth.prepare()` was given */
export async function prepare(
  page: Start,
  given: OrEvent<SignInOptions> | undefined,
): Promise<void> {
  try {
    const opened = await page.open()
    // First, so that the click that follows finds this request.
    const ahead = prepareSignIn(opened, given).catch(() => {})
    const url = await opened.vault.prepare()
    if (url) preconnect(url)
    await ahead
  } catch {
    // The click will report the error.
  }
}
