import { createAuth, type NativeAuth, type NativeAuthOptions } from '../../src/native/index.js'

// The page of an app in a shell that notes which URLs it is to open.
declare global {
  interface Window {
    opened: string[]
    native: NativeAuth
    /** What `openUrl` does beside. */
    onOpen?: (url: string) => unknown
    /** The URL that the system opened the app with. */
    launchUrl?: string
  }
}

window.opened = []
window.native = createAuth({
  ...(window.options as NativeAuthOptions),
  redirectUri:
    window.options?.redirectUri === '/' ? 'com.example.app:/callback' : window.options.redirectUri,
  openUrl(url) {
    window.opened.push(url)
    return window.onOpen?.(url)
  },
})
window.auth = window.native
window.states = []
if (window.launchUrl) void window.native.finish(window.launchUrl)
window.auth.subscribe((state) => {
  window.states.push(state)
  window.tell?.('state', state)
})
