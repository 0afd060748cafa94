// Changes of the syntax that change nothing that a test can see, each with the reason.

/** @type {Readonly<Record<string, string>>} by the name of the mutant */
export const equivalent = {
  'src/vault/vault.ts createVault.ready: session.active() → true':
    'The chunk is loaded without a session too, as an idle page does a moment later in any case.',
  'src/vault/vault.ts createVault.open: refused !== undefined → true':
    'The chunk is loaded a moment earlier than an idle page does in any case.',
  'src/vault/vault.ts createVault.open: refused !== undefined → false':
    'The chunk is loaded a moment later, when the session is restored.',
}
