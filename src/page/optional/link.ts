import type { Auth } from '../../api.js'
import { channelNamed } from '../../lib/channel.js'
import type { SignInOptions } from '../../options.js'

/** How long a URL is used, in milliseconds. The server's answer is accepted for an hour. */
const LIFE = 3_000_000

/** Whether the click opens the link in this tab. */
const isPlain = ({ button, altKey, ctrlKey, metaKey, shiftKey }: MouseEvent): boolean =>
  button === 0 && !altKey && !ctrlKey && !metaKey && !shiftKey

/** When a URL was asked for, at which address of the page, and whether it has come. */
interface Made {
  readonly at: number
  readonly place: string
  isReady: boolean
}

/**
 * Give a link the URL of a sign-in, and a new URL before that expires, after it was used, and when the address
 * of the page has changed. As long as there is no URL, a click calls `signIn()`.
 */
export function keepLink(
  link: HTMLAnchorElement,
  auth: Auth,
  options: SignInOptions | undefined,
  signal: AbortSignal,
): void {
  // The app removed the link before this file was loaded.
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
        // Timers stop while the device sleeps: `look` checks the time when the page is back.
        timer = setTimeout(look, LIFE)
      },
      () => {
        if (made === mine) made = undefined
      },
    )
  }

  const isGood = (): boolean =>
    // A sign-out deletes every sign-in that was prepared.
    auth.state.status === 'signed-out' &&
    !!made &&
    Math.abs(Date.now() - made.at) < LIFE &&
    made.place === location.href

  function look(): void {
    if (!isGood()) make()
  }

  function use(event: MouseEvent): void {
    // The other buttons open a menu.
    if (event.defaultPrevented || event.button > 1) return
    if (isGood() && made?.isReady) {
      // A URL can be used once. The browser follows this one before the next is made.
      setTimeout(make)
    } else if (isPlain(event)) {
      event.preventDefault()
      void auth.signIn(options)
    }
  }

  // If there can be no URL, make the request of the click ahead.
  function press(event: MouseEvent): void {
    if (isPlain(event) && !(isGood() && made?.isReady)) void auth.prepare(options ?? {})
  }

  // It is a link from the start: for the keyboard, and for a browser that saves it.
  if (!link.hasAttribute('href')) link.href = ''
  link.addEventListener('click', use, { signal })
  link.addEventListener('auxclick', use, { signal })
  link.addEventListener('pointerdown', press, { signal })
  for (const sign of ['pointerenter', 'focus']) link.addEventListener(sign, look, { signal })
  // A page in the cache hears no channel.
  addEventListener('pageshow', ({ persisted }) => (persisted ? make() : look()), { signal })
  document.addEventListener('visibilitychange', look, { signal })
  // A sign-out has removed what the answer needs, and the state may be the same as before.
  const channel = channelNamed('pixy-auth:links')
  if (channel) channel.onmessage = make
  signal.addEventListener('abort', () => channel?.close())
  signal.addEventListener('abort', auth.subscribe(look))
  signal.addEventListener('abort', () => clearTimeout(timer))
}
