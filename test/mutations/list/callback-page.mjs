// The static page that a popup or frame comes back to.
/** @type {import('../defences.mjs').Defence[]} */
export const callbackPage = [
  {
    name: 'a popup comes back to this origin alone',
    in: 'answerPlace',
    remove: 'url.origin !== origin',
    tests: ['unit/popup-redirect-uri.spec.ts', '-g', 'is refused'],
  },
  {
    name: 'the static page for popups takes the code out of its address',
    in: 'bring',
    remove: "history.replaceState(null, '', pathname)",
    page: 'package',
    tests: ['unit/callback-page.spec.ts', '-g', 'no code in the address'],
  },
  {
    name: 'a popup goes to no address that is not secure',
    in: 'relay',
    replace: 'isSecure(url)',
    with: "(isSecure(url) || url.protocol === 'http:')",
    page: 'package',
    tests: ['unit/callback-page.spec.ts', '-g', 'if that is secure'],
  },
  {
    name: 'the static page for popups waits for a page that is slow',
    in: 'bring',
    replace: 'relay(href, show)',
    with: 'relay(href)',
    page: 'package',
    tests: ['unit/callback-page.spec.ts', '-g', 'page that takes'],
  },
  {
    name: 'a popup’s redirect URI goes out as it is registered',
    in: 'answerPlace',
    replace: 'parseUrl(given) ? given : url.href',
    with: 'url.href',
    tests: ['unit/popup-redirect-uri.spec.ts', '-g', 'HTTPS'],
  },
]
