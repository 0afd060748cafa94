// The code that a simulated tab runs: both halves of the library, unchanged.
export { createAuthWith } from '../../src/auth.js'
export { resolveConfig } from '../../src/config.js'
export { createVault } from '../../src/vault/vault.js'
