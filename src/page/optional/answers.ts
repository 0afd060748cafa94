import type { CallbackResult, Vault, Via } from '../../door.js'
import { AuthError } from '../../errors.js'
import { readState, stateIn } from '../../lib/state-param.js'
import { randomIn } from './popup-channel.js'

/** What an answer comes by. */
export interface Channel {
  onmessage: ((event: MessageEvent) => unknown) | null
  postMessage(data: unknown): void
}

/** Rejects with `aborted` by the signal. */
export const aborting = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => {
    const abort = (): void => reject(new AuthError('aborted'))
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort)
  })

/** The callback URL that a popup or frame brings. Whatever else is said on the channel is not heard. */
export const arriving = (channel: Channel, via: Via, random: string): Promise<string> =>
  new Promise((resolve) => {
    channel.onmessage = ({ data }) => {
      if (typeof data !== 'string' || randomIn(data) !== random) return
      if (readState(stateIn(data))?.purpose === via) resolve(data)
    }
  })

/**
 * Exchange the code that a popup or frame brings. The server may want it once more.
 *
 * @param next gives its next callback URL
 * @throws AuthError `unknown_transaction`, and what `next` rejects with
 */
export async function finish(
  channel: Channel,
  vault: Vault,
  next: () => Promise<string>,
): Promise<CallbackResult> {
  for (;;) {
    const answer = await next()
    channel.postMessage('taken')
    const result = await vault.callback(answer)
    channel.postMessage(result?.retryUrl ?? '')
    if (!result) throw new AuthError('unknown_transaction')
    if (!result.retryUrl) return result
  }
}
