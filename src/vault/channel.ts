import { channelNamed } from '../lib/channel.js'
import { once } from '../lib/lazy.js'

/**
 * The messages between tabs. A message says that something happened, and never holds a token: the tab that
 * receives it reads the store again.
 */
export interface SessionChannel {
  sendChanged(): void
  /**
   * @param id of the session that the user ended
   * @param version the version of its record that this tab has
   */
  sendSignOut(id?: string, version?: number): void
  close(): void
}

/**
 * @param key names issuer and client
 * @param onSignOut called when the user signed out in another tab, with the version of the session that it had
 * @param onChange called for any other message, also for one that only a newer version of the library knows
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
  // To open a channel takes a moment, so the database starts to open first.
  void Promise.resolve().then(open)
  const send = (message: string): void => open().channel?.postMessage(message)
  return {
    sendChanged: () => send('changed'),
    sendSignOut: (id = '', version = 0) => send(`sign-out ${id} ${version}`),
    // A client that was disposed of receives no messages, but it still tells the other tabs of a sign-out.
    close() {
      const { channel } = open()
      if (channel) channel.onmessage = null
    },
  }
}
