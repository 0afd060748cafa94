// What is pasted into the inspector may be hostile.
/** @type {import('../defences.mjs').Defence[]} */
export const inspector = [
  {
    name: 'a report that is too long is not read',
    in: 'readReport',
    never: 'text.length > maxLength',
    tests: ['browser/inspector.spec.ts', '-g', 'broken, huge or hostile'],
  },
  {
    name: 'a report of too many steps is not drawn',
    in: 'readReport',
    never: 'report.events.length > 1000',
    tests: ['browser/inspector.spec.ts', '-g', 'broken, huge or hostile'],
  },
  {
    name: 'a lane of a report is one of those there are',
    in: 'eventOf',
    always: '[from, to].every((actor) => actors.includes(actor as TraceActor))',
    tests: ['browser/inspector.spec.ts', '-g', 'broken, huge or hostile'],
  },
  {
    name: 'a step of a report is a word',
    in: 'eventOf',
    never: '!isWord(step)',
    tests: ['browser/inspector.spec.ts', '-g', 'broken, huge or hostile'],
  },
  {
    name: 'a policy that only reports is not said to block',
    in: 'blockedBy',
    always: "disposition === 'enforce'",
    tests: ['unit/why-blocked.spec.ts', '-g', 'only reports'],
  },
  {
    name: 'the inspector says that there are two copies of the library',
    in: 'createInspector',
    never: '!own',
    tests: ['field/two-copies.spec.ts', '-g', 'second copy says'],
  },
]
