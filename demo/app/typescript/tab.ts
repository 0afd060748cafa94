import { api, auth } from './auth.js'

declare global {
  interface Window {
    /** The frame's part of the demo of many tabs: a frame shares the session with the page around it, as a tab does. */
    tab?: { readonly ready: Promise<unknown>; call(): Promise<number> }
  }
}

window.tab = {
  ready: auth.start(),
  /** @returns the status of the answer; 0 if no answer came */
  call: () =>
    auth.fetch(`${api}/api/me`).then(
      ({ status }) => status,
      () => 0,
    ),
}
