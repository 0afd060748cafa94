/** The BroadcastChannel of this name; `undefined` if the browser has none, or does not allow it. */
export function channelNamed(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name)
  } catch {
    return undefined
  }
}
