/** What tabs tell each other: that something happened, never a token. Receivers read the store again. */
export interface SessionChannel {
  sendChanged(): void
  /** @param id of the session that the user ended */
  sendSignOut(id: string | undefined): void
  close(): void
}

/**
 * @param key names issuer and client
 * @param onSignOut the user signed out in another tab
 * @param onChange anything else happened in another tab, also what only a newer version knows
 */
export function openChannel(
  key: string,
  onSignOut: (id: string | undefined) => void,
  onChange: () => void,
): SessionChannel {
  const channel = new BroadcastChannel(`pixy-auth:${key}`)
  channel.onmessage = ({ data }) => {
    const [fact, id] = typeof data === 'string' ? data.split(' ') : []
    if (fact === 'sign-out') onSignOut(id)
    else onChange()
  }
  return {
    sendChanged: () => channel.postMessage('changed'),
    sendSignOut: (id) => channel.postMessage(['sign-out', id].join(' ')),
    close: () => channel.close(),
  }
}
