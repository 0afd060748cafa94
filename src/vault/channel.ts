import { channelNamed } from '../lib/channel.js'
import { once } from '../lib/lazy.js'

/** What tabs tell each other: that something happened, never a token. Receivers read the store again. */
export interface SessionChannel {
  sendChanged(): void
  /**
   * @param id of the session that the user ended
   * @param version of its record that this tab knows
   */
  sendSignOut(id?: string, version?: number): void
  close(): void
}

/**
 * @param key names issuer and client
 * @param onSignOut the user signed out in another tab, which knew this version of the session
 * @param onChange anything else happened in another tab, also what only a newer version knows
 */
export function openChannel(
  key: string,
  onSignOut: (id: string | undefined, version: number) => void,
  onChange: () => void,
): SessionChannel {
  const open = once(() => {
    const channel = channelNamed(`pixy-auth:${key}`)
    if (channel)
      channel.onmessage = ({ data }) => {
        const [fact, id, version] = typeof data === 'string' ? data.split(' ') : []
        if (fact === 'sign-out') onSignOut(id, Number(version))
        else onChange()
      }
    return { channel }
  })
  // It takes a moment, in which the database may open already.
  void Promise.resolve().then(open)
  const send = (message: string): void => open().channel?.postMessage(message)
  return {
    sendChanged: () => send('changed'),
    sendSignOut: (id = '', version = 0) => send(`sign-out ${id} ${version}`),
    // It hears nothing any more, but a sign-out by a client that was disposed of is told all the same.
    close() {
      const { channel } = open()
      if (channel) channel.onmessage = null
    },
  }
}
