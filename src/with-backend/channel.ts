import { channelNamed } from '../lib/channel.js'

/** The channel between tabs. It tells which session there is, and carries no token. Receivers ask the backend. */
export interface TabChannel {
  send: Tell
  /** Stop receiving messages. Messages can still be sent. */
  close(): void
}

/**
 * A message of a tab: which session it shows, that this session has changed, or that the user signed out.
 *
 * @param id of the session; empty for none
 */
export type Tell = (fact: 'session' | 'changed' | 'sign-out', id: string) => void

/**
 * @param key names the backend
 * @param hear called with each message of another tab
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
