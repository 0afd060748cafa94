import type OidcProvider from 'oidc-provider'

// oidc-provider says at import that it wants Node 22. What the demo uses of it is tested on
// Node 20.19 as well, so that line, and only that line, is left out.
const { warn } = console
console.warn = (...words: unknown[]) => {
  if (!String(words[0]).includes('Unsupported runtime')) warn(...words)
}
const { Provider, errors, interactionPolicy } = await import('oidc-provider')
console.warn = warn

export { Provider, errors, interactionPolicy }

/** A step in front of oidc-provider's own routes. */
export type Middleware = Parameters<OidcProvider['use']>[0]
