import { api, auth } from './auth.js'

declare global {
  interface Window {
    /** One of many tabs at once: a frame, which shares the session with the page around it as a tab does. */
    tab?: { readonly ready: Promise<unknown>; call(): Promise<number> }
  }
}

window.tab = {
  ready: auth.start(),
  /** @returns the status of the answer; 0 where none came */
  call: () =>
    auth.fetch(`${api}/api/me`).then(
      ({ status }) => status,
      () => 0,
    ),
}
