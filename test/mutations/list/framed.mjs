// A sign-in by popup from a frame in a page of another origin.
/** @type {import('../defences.mjs').Defence[]} */
export const framed = [
  {
    name: 'a page that is not listed may not hold the frame of a sign-in',
    in: 'signInFromFrame',
    never: '!isListed(origins)',
    tests: ['browser/framed-popup.spec.ts', '-g', 'not listed'],
  },
  {
    name: 'no way but a popup leads out of a foreign frame',
    in: 'originsAround',
    remove: "via === 'popup'",
    tests: ['browser/framed-popup.spec.ts', '-g', 'frame cannot begin'],
  },
  {
    name: 'a frame hears no other window',
    in: 'channelTo',
    remove: 'event.source === popup',
    tests: ['browser/framed-popup.spec.ts', '-g', 'T19'],
  },
  {
    name: 'a popup that a frame lost is told of',
    in: 'signInFromFrame',
    replace: 'popup.closed',
    with: 'false',
    tests: ['browser/framed-popup.spec.ts', '-g', 'popup that is closed'],
  },
  {
    name: 'no call opens a popup in a frame of another origin',
    in: 'stepUp',
    never: 'isFramedByOthers()',
    tests: ['browser/framed-popup.spec.ts', '-g', 'call rejects with what'],
  },
]
