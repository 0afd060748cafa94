import type OidcProvider from 'oidc-provider'

// oidc-provider warns at import that it needs Node 22. The demo is tested on Node 20.19 as well, so
// this one warning is hidden.
const { warn } = console
console.warn = (...words: unknown[]) => {
  if (!String(words[0]).includes('Unsupported runtime')) warn(...words)
}
const { Provider, errors, interactionPolicy } = await import('oidc-provider')
console.warn = warn

export { Provider, errors, interactionPolicy }

/** A middleware that runs before oidc-provider's own routes. */
export type Middleware = Parameters<OidcProvider['use']>[0]
