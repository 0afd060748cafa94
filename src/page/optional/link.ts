import type { Auth } from '../../api.js'
import type { SignInOptions } from '../../options.js'

/** How long a URL serves, in milliseconds: it is good for an hour. */
const LIFE = 3_000_000

/** Whether the click follows the link in this tab. */
const isPlain = ({ button, altKey, ctrlKey, metaKey, shiftKey }: MouseEvent): boolean =>
  button === 0 && !altKey && !ctrlKey && !metaKey && !shiftKey

/** When and where a URL was asked for, and whether it has come. */
interface Made {
  readonly at: number
  readonly place: string
  isReady: boolean
}

/**
 * Give a link the URL of a sign-in, and another before that expires, after it was used, and where the page has
 * another address meanwhile. Until there is one, and where there can be none, a click calls `signIn()`.
 */
export function keepLink(
  link: HTMLAnchorElement,
  auth: Auth,
  options: SignInOptions | undefined,
  signal: AbortSignal,
): void {
  // Undone before this was loaded.
  if (signal.aborted) return
  let made: Made | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function make(): void {
    clearTimeout(timer)
    made = undefined
    if (signal.aborted || auth.state.status !== 'signed-out') return
    const mine: Made = { at: Date.now(), place: location.href, isReady: false }
    made = mine
    auth.signInUrl(options).then(
      (url) => {
        if (made !== mine || signal.aborted) return
        link.href = url
        mine.isReady = true
        // Timers stop while the device sleeps: `look` finds that out.
        timer = setTimeout(look, LIFE)
      },
      () => {
        if (made === mine) made = undefined
      },
    )
  }

  const isGood = (): boolean =>
    // A sign-out forgets every sign-in that was prepared.
    auth.state.status === 'signed-out' &&
    !!made &&
    Math.abs(Date.now() - made.at) < LIFE &&
    made.place === location.href

  function look(): void {
    if (!isGood()) make()
  }

  function use(event: MouseEvent): void {
    // The other buttons make a menu.
    if (event.defaultPrevented || event.button > 1) return
    if (isGood() && made?.isReady) {
      // It serves once. The browser takes this one first.
      setTimeout(make)
    } else if (isPlain(event)) {
      event.preventDefault()
      void auth.signIn(options)
    }
  }

  // Where there can be no URL, the request of the click is made ahead.
  function press(event: MouseEvent): void {
    if (isPlain(event) && !(isGood() && made?.isReady)) void auth.prepare(options ?? {})
  }

  // It is a link from the start: for the keyboard, and for a browser that saves it.
  if (!link.hasAttribute('href')) link.href = ''
  link.addEventListener('click', use, { signal })
  link.addEventListener('auxclick', use, { signal })
  link.addEventListener('pointerdown', press, { signal })
  for (const sign of ['pointerenter', 'focus']) link.addEventListener(sign, look, { signal })
  addEventListener('pageshow', look, { signal })
  document.addEventListener('visibilitychange', look, { signal })
  signal.addEventListener('abort', auth.subscribe(look))
  signal.addEventListener('abort', () => clearTimeout(timer))
}
