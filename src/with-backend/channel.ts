import { channelNamed } from '../lib/channel.js'

/** What tabs tell each other: which session there is now, never a token. Receivers ask the backend. */
export interface TabChannel {
  send: Tell
  /** Hear nothing more. What is sent is heard by others all the same. */
  close(): void
}

/**
 * What a tab says: which session it shows, that this one says something else, or that the user signed out.
 *
 * @param id of the session; empty for none
 */
export type Tell = (fact: 'session' | 'changed' | 'sign-out', id: string) => void

/**
 * @param key names the backend
 * @param hear told what another tab says
 */
export function openTabs(key: string, hear: Tell): TabChannel {
  const channel = channelNamed(`pixy-auth:${key}`)
  if (channel)
    channel.onmessage = ({ data }) => {
      const [, fact, id = ''] = /^(session|changed|sign-out) (.*)$/.exec(String(data)) ?? []
      if (fact) hear(fact as Parameters<Tell>[0], id)
    }
  return {
    send: (fact, id) => channel?.postMessage(`${fact} ${id}`),
    close() {
      if (channel) channel.onmessage = null
    },
  }
}
