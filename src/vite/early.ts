import { stateIn } from '../lib/state-param.js'

// A classic script for the head of an app's page, with the URLs of modules in its `data-load`. Where a
// sign-in comes back, they are loaded and the server is connected to while the app's own bundle still
// loads. It only asks early for what is asked for anyway: whatever fails here, the callback is finished.

const { nonce, dataset } = document.currentScript as HTMLScriptElement

const begin = (rel: string, href: string): void =>
  document.head.append(
    Object.assign(document.createElement('link'), { rel, nonce, crossOrigin: '', href }),
  )

// `o`: back from a sign-out, with nothing to finish.
if ((stateIn(location.href) ?? 'px1o')[3] !== 'o') {
  try {
    begin('preconnect', JSON.parse(sessionStorage['pixy-auth:token-endpoint']))
  } catch {
    // Storage is denied, or the sign-in began elsewhere.
  }
  for (const url of dataset['load']!.split(' ')) begin('modulepreload', url)
}
