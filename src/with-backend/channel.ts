import { channelNamed } from '../lib/channel.js'

/** What tabs tell each other: which session there is now, never a token. Receivers ask the backend. */
export interface TabChannel {
  /** @param id of the session that this tab shows; empty for none */
  sendSession(id: string): void
  /** The session of this id says something else. */
  sendChanged(id: string): void
  /** The user signed out. */
  sendSignOut(id: string): void
  /** Hear nothing more. What is sent is heard by others all the same. */
  close(): void
}

/** Told what another tab said. */
export type Hear = (fact: 'session' | 'changed' | 'sign-out', id: string) => void

/** @param key names the backend */
export function openTabs(key: string, hear: Hear): TabChannel {
  const channel = channelNamed(`pixy-auth:${key}`)
  if (channel)
    channel.onmessage = ({ data }) => {
      const [, fact, id = ''] = /^(session|changed|sign-out) (.*)$/.exec(String(data)) ?? []
      if (fact) hear(fact as Parameters<Hear>[0], id)
    }
  const send = (fact: Parameters<Hear>[0], id: string): void =>
    channel?.postMessage(`${fact} ${id}`)
  return {
    sendSession: (id) => send('session', id),
    sendChanged: (id) => send('changed', id),
    sendSignOut: (id) => send('sign-out', id),
    close() {
      if (channel) channel.onmessage = null
    },
  }
}
