// Several tabs that ask the server for a session at their start.
/** @type {import('../defences.mjs').Defence[]} */
export const restoring = [
  {
    name: 'of tabs that start at once one asks the server',
    in: 'restore',
    replace: 'await takeTurn(opened.config, signal)',
    with: '() => {}',
    tests: ['browser/restore.spec.ts', '-g', 'at once'],
  },
  {
    name: 'a tab waits for no tab that shares no store with it',
    in: 'takeTurn',
    never: "store === 'session' || store === 'memory'",
    tests: ['browser/restore.spec.ts', '-g', 'share no store'],
  },
  {
    name: 'a tab that waited shows the session of the other',
    in: 'restore',
    never: "snapshot.status === 'signed-in' || !mayAsk(key)",
    tests: ['browser/restore.spec.ts', '-g', 'at once'],
  },
  {
    name: 'a tab that takes too long to ask is not waited for',
    in: 'takeTurn',
    replace: 'withTimeout(5000, Promise.race([turn, aborting(signal)]))',
    with: 'Promise.race([turn, aborting(signal)])',
    tests: ['browser/restore.spec.ts', '-g', 'start waits 5 s'],
  },
  {
    name: 'no sign-in waits for another tab to ask',
    in: 'takeTurn',
    replace: 'Promise.race([turn, aborting(signal)])',
    with: 'turn',
    tests: ['browser/restore.spec.ts', '-g', 'wait for another'],
  },
]
