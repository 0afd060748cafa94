import { sleep } from '../../lib/timeout.js'
import { isSecure, parseUrl } from '../../lib/url.js'
import { channelOf, randomIn } from './popup-channel.js'

/**
 * Wait for this many milliseconds in which the page can run. A long task counts as a quarter of them, as in
 * `withTimeout`.
 */
async function pause(ms: number): Promise<undefined> {
  for (let parts = 4; parts > 0; parts--) await sleep(ms / 4)
}

/**
 * Send the answer of the server to the page that opened this popup, and close the popup. The channel reaches
 * that page even if a `Cross-Origin-Opener-Policy` has cut the popup off from its opener.
 *
 * @param wait called if no page takes the answer within a second; then this waits on instead of giving up
 * @returns `false` if no page takes the answer within a second: then this page finishes the sign-in. `true` if
 *   a page took it, and this window could not be closed
 */
export async function relay(href: string, wait?: () => void): Promise<boolean> {
  const channel = channelOf(randomIn(href))
  const { opener } = window
  const { origin } = location
  const next = (): Promise<unknown> =>
    new Promise((resolve) => {
      if (channel) channel.onmessage = ({ data }) => resolve(data)
      addEventListener('message', ({ data, source, origin: from }) => {
        if (source === opener && from === origin) resolve(data)
      })
    })
  const taken = next()
  channel?.postMessage(href)
  // The opener is a frame of this origin in a page of another origin, which no channel reaches. The popup of
  // any other page has no opener.
  if (opener) postMessage.call(opener, href, { targetOrigin: origin })
  if ((await Promise.race([taken, pause(1000)])) === undefined) {
    if (!wait) return false
    wait()
    await taken
  }
  // The page exchanges the code. Then the server may need the user once more.
  const place = await Promise.race([next(), pause(30_000)])
  channel?.close()
  const url = typeof place === 'string' ? parseUrl(place) : undefined
  if (url && isSecure(url)) location.replace(url)
  else close()
  await sleep(5000)
  return true
}
