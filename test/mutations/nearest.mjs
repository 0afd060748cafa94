// The specs in a browser that are nearest to a source, by the beginning of its path: the longest counts.

/** @type {Readonly<Record<string, string[]>>} */
const specs = {
  'src/page/': ['start', 'require', 'door-errors', 'missing-apis', 'back-forward'],
  'src/page/location': ['callback-parameters', 'several-clients', 'callback', 'return-to'],
  'src/page/sign-in/': ['sign-in', 'sign-in-calls', 'callback', 'require', 'return-to'],
  'src/page/sign-in/prepare': ['prepare', 'link', 'react', 'vue'],
  'src/page/sign-in/callback': ['callback', 'return-to', 'several-clients', 'par'],
  'src/vault/': ['storage', 'stored-records', 'start', 'tabs', 'sign-out', 'slow-store'],
  'src/vault/clock': ['clock', 'frozen-tab', 'refresh'],
  'src/vault/channel': ['tabs', 'sign-out', 'missing-apis'],
  'src/vault/context': ['store-option', 'storage', 'resource-tokens'],
  'src/vault/indexeddb-store.': [
    'slow-store',
    'storage',
    'busy-page',
    'unsaved-session',
    'store-option',
  ],
  'src/vault/session': ['sign-out', 'tabs', 'killed-tab', 'sign-out-leaving', 'storage'],
  'src/vault/calls/': ['fetch', 'fetch-401', 'fetch-answer', 'concurrent-calls', 'offline'],
  'src/vault/calls/access-tokens': ['fetch-401-tokens', 'fetch-401', 'resource-tokens', 'clock'],
  'src/vault/calls/calls': ['fetch-401-tokens', 'dpop-key', 'prepare', 'session-end'],
  'src/vault/calls/fetch': ['fetch-answer', 'fetch-401', 'fetch', 'resources', 'dpop'],
  'src/vault/refresh/': ['refresh', 'refresh-faults', 'refresh-lease', 'refresh-timeout', 'tabs'],
  'src/vault/refresh/failed': ['refresh-faults', 'refresh-empty-answers', 'server-habits-tokens'],
  'src/vault/refresh/renewed': ['refresh-id-token', 'refresh', 'id-token-signature', 'tabs'],
  'src/vault/refresh/acquire': ['refresh-lease', 'tabs', 'slow-store', 'missing-apis'],
  'src/vault/refresh/retry-token': ['fetch-401-tokens', 'fetch-401', 'step-up'],
  'src/vault/sign-in/': ['callback-refusals', 'callback-exchange', 'callback', 'sign-out'],
  'src/vault/sign-in/authorize': ['authorize', 'sign-in-requests', 'resource-tokens', 'par'],
  'src/vault/sign-in/callback': ['callback-errors', 'callback-refusals', 'callback', 'par'],
  'src/vault/sign-in/par': ['par'],
  'src/vault/sign-in/prepare': ['prepare', 'par', 'sign-in-requests'],
  'src/vault/sign-in/discovery': ['discovery', 'mix-up', 'several-clients'],
  'src/vault/sign-in/metadata': ['discovery', 'plain-oauth'],
  'src/vault/sign-in/transactions': ['sign-in-link', 'callback-refusals', 'storage', 'callback'],
  'src/vault/sign-in/sign-out': ['sign-out', 'sign-out-leaving'],
  'src/vault/token/': ['token-answers', 'endpoint-errors', 'hostile-answers', 'refresh'],
  'src/vault/token/http': ['endpoint-errors', 'hostile-answers', 'discovery', 'endless-answers'],
  'src/vault/token/id-token': ['id-token', 'authorize'],
  'src/vault/token/check-response': ['id-token', 'token-answers', 'deep-claims', 'refresh'],
  'src/vault/token/save': ['unsaved-session', 'slow-store', 'storage', 'callback-exchange'],
  'src/vault/optional/': ['dpop', 'dpop-nonce', 'dpop-key', 'signing-keys', 'userinfo'],
  'src/vault/optional/userinfo': ['userinfo', 'dpop', 'plain-oauth'],
  'src/vault/optional/signature': ['signing-keys', 'id-token-signature'],
}

/** @param {string} file */
export function nearest(file) {
  const [best = ''] = Object.keys(specs)
    .filter((start) => file.startsWith(start))
    .toSorted((one, other) => other.length - one.length)
  return (specs[best] ?? []).map((name) => `test/browser/${name}.spec.ts`)
}
