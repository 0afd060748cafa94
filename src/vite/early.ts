import { stateIn } from '../lib/state-param.js'

// A classic script for the head of an app's page. Its `data-load` has the URLs of modules. In a page with the
// answer to a sign-in, the script loads these modules and connects to the server while the app's own bundle
// still loads. The library asks for the same things later, so it finishes the callback even if this script fails.

const { nonce, dataset } = document.currentScript as HTMLScriptElement

const begin = (rel: string, href: string): void =>
  document.head.append(
    Object.assign(document.createElement('link'), { rel, nonce, crossOrigin: '', href }),
  )

// `o`: the browser comes back from a sign-out, and there is no answer to finish.
if ((stateIn(location.href) ?? 'px1o')[3] !== 'o') {
  try {
    begin('preconnect', JSON.parse(sessionStorage['pixy-auth:token-endpoint']))
  } catch {
    // Storage is denied, or the sign-in began in another tab.
  }
  for (const url of dataset['load']!.split(' ')) begin('modulepreload', url)
}
