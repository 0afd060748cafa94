// Reading the store: late, twice, and without what a browser may lack.
/** @type {import('../defences.mjs').Defence[]} */
export const reading = [
  {
    name: 'a deadline counts only the time in which the page could run',
    in: 'withTimeout',
    never: 'parts > 1',
    tests: ['unit/timeout.spec.ts'],
  },
  {
    name: 'a store that did not answer is asked again',
    in: 'createRead.read',
    never: 'again > 0',
    tests: ['browser/busy-page.spec.ts', '-g', 'again before the page'],
  },
  {
    name: 'a store that did not answer twice is asked in the background',
    in: 'createRead.read',
    remove:
      'void sleep(2000).then(() => {\n        isWaiting = false\n        return read()\n      })',
    tests: ['browser/busy-page.spec.ts', '-g', 'background'],
  },
  {
    name: 'the store is read before a call says not_signed_in',
    in: 'current',
    never: '!session.active()',
    tests: ['browser/busy-page.spec.ts', '-g', 'not_signed_in'],
  },
  {
    name: 'require() reads the store before the user is sent away',
    in: 'look',
    remove: 'await opened?.vault.open(endedSession(opened.config.key))',
    tests: ['browser/busy-page.spec.ts', '-g', 'not_signed_in'],
  },
  {
    name: 'a browser without BroadcastChannel restores a session',
    in: 'channelNamed',
    replace: 'return undefined',
    with: 'throw new Error()',
    tests: ['browser/missing-apis.spec.ts', '-g', 'BroadcastChannel'],
  },
  {
    name: 'what is refreshed while unsaved tokens are being stored is stored, too',
    in: 'retryUntilSaved',
    never: 'next && session.record() !== mine',
    tests: ['unit/vault-unsaved.spec.ts', '-g', 'stored, too'],
  },
  {
    name: 'what came too late for its caller is not tried again',
    in: 'indexedDbStore.run',
    never: 'isAuthError(error)',
    tests: ['browser/slow-store.spec.ts'],
  },
  {
    name: 'what is stored later keeps the lease of a tab that found it in the store',
    in: 'recordFor',
    replace: '{ ...mine, lease: activeOf(stored)?.lease }',
    with: 'mine',
    tests: ['unit/vault-save.spec.ts', '-g', 'keep the lease'],
  },
  {
    name: 'what came through late is not stored again',
    in: 'recordFor',
    never: 'stored.version >= mine.version',
    tests: ['unit/vault-save.spec.ts', '-g', 'keep the lease'],
  },
  {
    name: 'what is stored later has a later version',
    in: 'recordFor',
    replace: 'Math.max(mine.version, stored.version + 1)',
    with: 'mine.version',
    tests: ['unit/vault-save.spec.ts', '-g', 'later version'],
  },
  {
    name: 'a sign-out leaves no channel open',
    in: 'transactions.clear',
    remove: 'links?.close()',
    tests: ['unit/transactions.spec.ts', '-g', 'closes again'],
  },
]
