/** Call `resume` when the page may have missed something: back from the cache, visible or online again. */
export function onResume(resume: () => void, signal: AbortSignal): void {
  addEventListener('online', resume, { signal })
  addEventListener('pageshow', ({ persisted }) => persisted && resume(), { signal })
  addEventListener('visibilitychange', () => document.visibilityState === 'visible' && resume(), {
    signal,
  })
  // Without BroadcastChannel other tabs cannot tell this one of a change.
  if (!globalThis.BroadcastChannel) addEventListener('focus', resume, { signal })
}

/** Call `work` once, when the page is idle. */
export function whenIdle(work: () => void): void {
  // Safari has no `requestIdleCallback`.
  const later = globalThis.requestIdleCallback ?? setTimeout
  later(() => work())
}
