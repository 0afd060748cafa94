// What a simulated tab runs: the vault of the library, without any change.
export { resolveConfig } from '../../src/config.js'
export { createVault } from '../../src/vault/vault.js'
