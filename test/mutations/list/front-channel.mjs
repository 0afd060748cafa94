// The page that the server loads in a frame to end the session.
/** @type {import('../defences.mjs').Defence[]} */
export const frontChannel = [
  {
    name: 'a front-channel logout is of the session’s server',
    in: 'checkMeant',
    never: "claims['iss'] !== iss",
    tests: ['browser/front-channel.spec.ts', '-g', 'T53: another'],
  },
  {
    name: 'a front-channel logout names the session',
    in: 'checkMeant',
    never: "claims['sid'] !== sid",
    tests: ['browser/front-channel.spec.ts', '-g', 'T53'],
  },
  {
    name: 'a front-channel logout has each parameter once',
    in: 'parameter',
    replace: 'value && more.length === 0',
    with: 'value',
    tests: ['browser/front-channel.spec.ts', '-g', 'T53: two'],
  },
]
