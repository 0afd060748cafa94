// What is kept, and what keeps it.
/** @type {import('./defences.mjs').Defence[]} */
export const stores = [
  {
    name: 'a record that is cut off is discarded',
    file: 'src/vault/record.ts',
    from: '[server, session, user, tokens].every(isObject)',
    to: 'true',
    tests: ['browser/faults-store.spec.ts', '-g', 'F29'],
  },
  {
    name: 'a newer version’s record is not written over',
    file: 'src/vault/session.ts',
    from: 'isNewer(stored) ? (erases ? undefined : stored) : (',
    to: '(',
    tests: ['browser/faults-store.spec.ts', '-g', 'F30'],
  },
  {
    name: 'a newer version’s record is not read',
    file: 'src/vault/session.ts',
    from: "if (isNewer(stored)) throw new AuthError('storage')",
    to: '',
    tests: ['browser/faults-store.spec.ts', '-g', 'F30'],
  },
  {
    name: 'no store is waited for for ever',
    file: 'src/vault/store.ts',
    from: 'within(deadline, Promise.resolve().then(work))',
    to: 'Promise.resolve().then(work)',
    tests: ['browser/late-store.spec.ts'],
  },
  {
    name: 'what the store let in too late writes nothing',
    file: 'src/vault/store.ts',
    from: 'if (late) abort()\n          else work',
    to: 'work',
    tests: ['browser/late-store.spec.ts'],
  },
  {
    name: 'whoever clears the site’s data is not kept waiting',
    file: 'src/vault/store.ts',
    from: 'transaction.db.onversionchange = () => transaction.db.close()',
    to: '',
    tests: ['browser/faults-store.spec.ts', '-g', 'F31'],
  },
  {
    name: 'a page back from the cache looks before it calls',
    file: 'src/vault/vault.ts',
    from: 'await looking\n      return pick',
    to: 'return pick',
    tests: ['browser/faults-back.spec.ts', '-g', 'F42'],
  },
]
