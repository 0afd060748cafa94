// What a simulated tab runs: the library's own vault, nothing of it replaced.
export { resolveConfig } from '../../src/config.js'
export { createVault } from '../../src/vault/vault.js'
