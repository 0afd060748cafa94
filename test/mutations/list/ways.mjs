// The ways to sign in besides the redirect, and what a call does where an API demands one.
/** @type {import('../defences.mjs').Defence[]} */
export const ways = [
  {
    name: 'a challenge with another status demands no step-up',
    in: 'demandOf',
    remove: 'response.status !== 401',
    tests: ['browser/step-up.spec.ts', '-g', 'F74'],
  },
  {
    name: 'a demanded age is a number of seconds',
    in: 'demandOf',
    replace: "/^\\d{1,9}$/.test(max_age ?? '')",
    with: 'max_age',
    tests: ['browser/step-up.spec.ts', '-g', 'F74'],
  },
  {
    name: 'a demand after a refresh is seen',
    in: 'fetchResource.answer',
    replace: 'answer(other, true)',
    with: 'send(other, true)',
    tests: ['browser/step-up.spec.ts', '-g', 'F74'],
  },
  {
    name: 'a demand leads to no redirect unless the app says so',
    in: 'stepUp',
    never: "page.config().stepUp !== 'redirect'",
    tests: ['browser/step-up.spec.ts', '-g', 'explicitly'],
  },
  {
    name: 'only a demand for a step-up leads to a sign-in',
    in: 'stepUp',
    replace: '!isDemand',
    with: 'false',
    tests: ['browser/step-up.spec.ts', '-g', 'other failures'],
  },
  {
    name: 'an API that demands for ever makes no loop of sign-ins',
    in: 'stepUp',
    replace: 'mayLeave()',
    with: 'true',
    tests: ['browser/step-up.spec.ts', '-g', 'sends the user away once'],
  },
]
