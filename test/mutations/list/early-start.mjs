// What a build with the plugin puts into an app's pages.
const places = ['unit/early-start.spec.ts', '-g', 'wherever the app is']

/** @type {import('../defences.mjs').Defence[]} */
export const earlyStart = [
  {
    name: 'a page that does not use the client starts none',
    in: 'handler',
    never: '!client || !app || !used(bundle, app).has(client)',
    tests: places,
  },
  {
    name: 'a page that is told another URL of its files loads the client once',
    in: 'publicUrl',
    never: "typeof given === 'string'",
    tests: places,
  },
  {
    name: 'a build puts the nonce, not the file, where the page has one',
    in: 'isInline',
    replace: 'inline ?? !!config.html?.cspNonce',
    with: 'inline',
    tests: ['unit/early-start.spec.ts', '-g', 'a nonce'],
  },
  {
    name: 'the snippet knows where the answer will be exchanged',
    in: 'put',
    replace: "forTab('pixy-auth:token-endpoint', transaction.server.token_endpoint)",
    with: 'undefined',
    tests: ['unit/early-start.spec.ts', '-g', 'a nonce'],
  },
]
