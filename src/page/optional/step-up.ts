import { fromData, isAuthError, toData, type AuthError, type ErrorData } from '../../errors.js'
import type { AuthOptions, SignInOptions } from '../../options.js'
import { isFramedByOthers } from '../sign-in/sign-in.js'

// The step-up of each client of this page.
const underWay = new WeakMap<object, Promise<unknown>>()

/** What the sign-in asks for. If the API does not say what it wants, the user signs in again. */
function optionsFor({ acrValues, maxAge }: AuthError): SignInOptions {
  const isVague = !acrValues && maxAge === undefined
  return { acrValues, maxAge, ...(isVague && { prompt: 'login' }) }
}

/** The error in a frame, where only a click may open a popup. */
const inFrame = (demand: ErrorData): AuthError =>
  fromData({
    ...demand,
    hint: `${demand.hint} In this frame: by popup, in a click, with \`frameOrigins\`.`,
  })

/**
 * Sign in as an API demands. By redirect, the call fails all the same. In a popup, the call is then made once
 * more, and if it fails again, the app gets that answer, so that no API can make a loop. In a frame of another
 * origin only a click of the user may open a popup.
 *
 * @param isOver whether the user has signed in since the call was made, so that the refusal is out of date
 * @param mayLeave whether a redirect is allowed now
 * @param signIn joins a sign-in under way, so that calls at once share one popup
 * @param again makes the call once more, where its body can be sent again
 * @throws AuthError the demand, also where the popup is blocked; and what the sign-in and the call reject with
 * @see [RFC 9470 §4](https://www.rfc-editor.org/rfc/rfc9470#section-4)
 */
export async function stepUp(
  demand: AuthError,
  how: AuthOptions['stepUp'],
  isOver: boolean,
  mayLeave: () => boolean,
  signIn: (options: SignInOptions) => Promise<unknown>,
  again: false | (() => Promise<Response>),
): Promise<Response> {
  const options = optionsFor(demand)
  const repeat = how === 'popup' && again
  if (repeat && isOver) return repeat()
  if (isFramedByOthers()) throw inFrame(toData(demand))
  if (repeat) {
    // All calls share one popup: a second call of `signIn()` would count as a second click.
    if (!underWay.has(signIn)) {
      // Firefox runs other calls of the page while it opens a window. So `signIn()` is called in a microtask,
      // after this entry is set: those calls must find it.
      const whole = Promise.resolve()
        .then(() => signIn({ ...options, via: 'popup' }))
        .finally(() => underWay.delete(signIn))
      underWay.set(signIn, whole)
    }
    await underWay.get(signIn)?.catch((failure: unknown) => {
      throw isAuthError(failure) && failure.code === 'popup_blocked' ? demand : failure
    })
    return repeat()
  }
  if (how === 'redirect' && mayLeave()) void signIn(options)
  throw demand
}
