// Requests that are made ahead of a click.
/** @type {import('../defences.mjs').Defence[]} */
export const prepared = [
  {
    name: 'a prepared request is for the same options, address and way',
    in: 'find',
    always: 'one?.asked === asked',
    tests: ['unit/prepare.spec.ts', '-g', 'click that joins|click with'],
  },
  {
    name: 'a prepared request is of the session that it was made in',
    in: 'asText',
    replace: '{ ...rest, params: own({ ...params }), id, version }',
    with: '(void id, void version, { ...rest, params: own({ ...params }) })',
    tests: ['unit/prepare.spec.ts', '-g', 'makes its own request'],
  },
  {
    name: 'a script that changes JSON does not make prepared requests the same',
    in: 'asText',
    replace: 'own({ ...params })',
    with: 'params',
    tests: ['unit/prepare.spec.ts', '-g', 'does not change'],
  },
  {
    name: 'a prepared request serves for ten seconds',
    in: 'find',
    always: 'Math.abs(Date.now() - at) < LIFE',
    tests: ['unit/prepare.spec.ts', '-g', 'ten seconds'],
  },
  {
    name: 'a prepared request serves once',
    in: 'take',
    remove: 'if (one) prepared.delete(context)',
    tests: ['unit/prepare.spec.ts', '-g', 'pushed once'],
  },
  {
    name: 'while a prepared request is good, another press makes none',
    in: 'prepareRequest',
    remove: 'if (find(context, asked)) return',
    tests: ['unit/prepare.spec.ts', '-g', 'pushed once'],
  },
  {
    name: 'a prepared request that failed is not kept',
    in: 'prepareRequest',
    replace: '() => 0',
    with: '() => Date.now()',
    tests: ['unit/prepare.spec.ts', '-g', 'failed push is repeated'],
  },
  {
    name: 'a click whose prepared request fails makes its own',
    in: 'authorizePrepared',
    replace: 'take(context, request).catch(() => {})',
    with: 'take(context, request)',
    tests: ['unit/prepare.spec.ts', '-g', 'click that joins'],
  },
  {
    name: 'a prepared sign-in begins with the click, not before',
    in: 'leaveWith',
    replace: '{ ...transaction, createdAt: Date.now() }',
    with: 'transaction',
    tests: ['unit/prepare.spec.ts', '-g', 'sign-out while signed'],
  },
  {
    name: 'what comes before no click pushes nothing',
    in: 'isMeant',
    always: '!button && presses.test(`${type} ${key}`)',
    tests: ['browser/prepare.spec.ts', '-g', 'another key'],
  },
  {
    name: 'no request is made ahead for another way than the redirect',
    in: 'prepareSignIn',
    always: "via === 'redirect'",
    tests: ['browser/prepare.spec.ts', '-g', 'for a popup'],
  },
  {
    name: 'no request is made ahead in an app shell',
    in: 'prepareSignIn',
    never: 'config.leave',
    tests: ['unit/page-ways.spec.ts', '-g', 'in an app shell'],
  },
  {
    name: 'no request is made ahead in a frame of another origin',
    in: 'prepareSignIn',
    never: 'isFramedByOthers()',
    tests: ['unit/page-ways.spec.ts', '-g', 'no request is made ahead'],
  },
  {
    name: 'a link at a server with PAR has its request pushed before the click',
    in: 'keepLink',
    remove: "link.addEventListener('pointerdown', press, { signal })",
    tests: ['browser/link.spec.ts', '-g', 'PAR required, pressing'],
  },
]
