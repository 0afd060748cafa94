import { sleep } from '../../lib/timeout.js'
import { isSecure, parseUrl } from '../../lib/url.js'
import { channelOf, randomIn } from './popup-channel.js'

/** Milliseconds in which a page can run: a long task counts as a quarter of them, as for `withTimeout`. */
async function pause(ms: number): Promise<undefined> {
  for (let parts = 4; parts > 0; parts--) await sleep(ms / 4)
}

/**
 * Take the answer of the server to the page that opened this popup, and close. The channel reaches that
 * page also where a `Cross-Origin-Opener-Policy` has cut the popup off from its opener.
 *
 * @param wait called where no page takes it within a second, in place of giving up
 * @returns `false` where no page takes it within a second: then it is finished here. `true` where one did,
 *   and this window could not be closed
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
  // A frame of this origin in a foreign page, which no channel reaches. The popup of any other page has no opener.
  if (opener) postMessage.call(opener, href, { targetOrigin: origin })
  if ((await Promise.race([taken, pause(1000)])) === undefined) {
    if (!wait) return false
    wait()
    await taken
  }
  // The exchange of the code. The server may want the user once more.
  const place = await Promise.race([next(), pause(30_000)])
  channel?.close()
  const url = typeof place === 'string' ? parseUrl(place) : undefined
  if (url && isSecure(url)) location.replace(url)
  else close()
  await sleep(5000)
  return true
}
