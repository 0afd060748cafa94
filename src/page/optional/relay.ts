import { sleep, withTimeout } from '../../lib/timeout.js'
import { isSecure, parseUrl } from '../../lib/url.js'
import { channelOf, randomIn } from './popup-channel.js'

/**
 * Take the answer of the server to the page that opened this popup, and close. The channel reaches that
 * page also where a `Cross-Origin-Opener-Policy` has cut the popup off from its opener.
 *
 * @returns `false` where no page takes it within a second: then it is finished here. `true` where one did,
 *   and this window could not be closed
 */
export async function relay(href: string): Promise<boolean> {
  const channel = channelOf(randomIn(href))
  const next = (ms: number): Promise<unknown> => {
    const message = new Promise((resolve) => {
      if (channel) channel.onmessage = ({ data }) => resolve(data)
    })
    return withTimeout(ms, message).catch(() => undefined)
  }
  const taken = next(1000)
  channel?.postMessage(href)
  if ((await taken) === undefined) return false
  // The exchange of the code. The server may want the user once more.
  const place = await next(30_000)
  channel?.close()
  const url = typeof place === 'string' ? parseUrl(place) : undefined
  if (url && isSecure(url)) location.replace(url)
  else close()
  await sleep(5000)
  return true
}
