// The trace, which must hold no secret and cost nothing unless it is heard.
/** @type {import('../defences.mjs').Defence[]} */
export const trace = [
  {
    name: 'the trace tells of a URL without its query',
    in: 'placeOf',
    replace: "const { origin = '', pathname = '' } = parseUrl(href) ?? {}",
    with: "const { origin = '', href: pathname = '' } = parseUrl(href) ?? {}",
    tests: ['unit/redact.spec.ts', '-g', 'of a URL only'],
  },
  {
    name: 'what may be a secret is struck out of the trace',
    in: 'redactWord',
    never: '/[%@]|^eyJ/.test(word) || (word.length >= 16 && !words.test(word))',
    tests: ['browser/trace.spec.ts', '-g', 'no token, code'],
  },
  {
    name: 'a hint is told without what may be a secret',
    in: 'reasonOf',
    replace: 'redact(hint)',
    with: 'hint',
    tests: ['browser/trace.spec.ts', '-g', 'what fails says why'],
  },
  {
    name: 'a challenge is told by known names only',
    in: 'challengeIn',
    always: 'known.test(error)',
    tests: ['unit/redact.spec.ts', '-g', 'a challenge'],
  },
  {
    name: 'a listener that throws keeps the trace from no other',
    in: 'tell',
    replace: 'reportError(error)',
    with: 'throw error',
    tests: ['browser/trace.spec.ts', '-g', 'a listener that throws'],
  },
  {
    name: 'the last steps are kept, and no more',
    in: 'createLog',
    always: 'events.size <= maxEvents',
    tests: ['browser/trace.spec.ts', '-g', 'a listener that throws'],
  },
  {
    name: 'no call waits for its events to be made',
    in: 'inTurn',
    never: "note.step === 'call'",
    tests: ['unit/trace-turns.spec.ts', '-g', 'later task'],
  },
  {
    name: 'the trace tells of a call as it was when it began',
    in: 'inTurn',
    replace: 'note.end ? note : { ...note }',
    with: 'note',
    tests: ['unit/trace-turns.spec.ts', '-g', 'later task'],
  },
  {
    name: 'what follows a call is told of after it',
    in: 'inTurn',
    remove: 'tellWaiting()',
    tests: ['unit/trace-turns.spec.ts', '-g', 'after the calls'],
  },
  {
    name: 'the vault keeps the last notes, and no more',
    in: 'createNotes',
    never: 'kept.push(note) > 200',
    tests: ['unit/notes.spec.ts'],
  },
  {
    name: 'the end of a step is kept before the trace is heard',
    in: 'createNotes',
    remove: 'Object.assign(note, { end: performance.now(), result })',
    tests: ['unit/notes.spec.ts'],
  },
  {
    name: 'of an answer of the backend the notes hold the status alone',
    in: 'request',
    replace: 'answer.then(() => end(200), end)',
    with: 'answer.then(end, end)',
    page: 'backend',
    tests: ['browser/with-backend-trace.spec.ts', '-g', 'across the sign-in'],
  },
  {
    name: 'the trace outlives the redirect',
    in: 'createLog',
    remove: "addEventListener('pagehide', () => keep(page, inOrder()), { signal: page.disposed })",
    tests: ['browser/trace.spec.ts', '-g', 'across the redirect'],
  },
]
