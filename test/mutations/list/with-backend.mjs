// What a page with a backend keeps to itself, and when it believes that its session is there.
const page = ['browser/with-backend.spec.ts', '-g']
const calls = ['browser/with-backend-calls.spec.ts', '-g']
const pages = ['browser/with-backend-pages.spec.ts', '-g']
const requests = 'unit/backend-requests.spec.ts'

/** @type {import('../defences.mjs').Defence[]} */
export const withBackend = [
  {
    name: 'a backend refuses the call of a user in whose place is another',
    in: 'checkUser',
    never: 'caller !== null && !isSame',
    tests: [requests, '-g', 'does not become that of another'],
  },
  {
    name: 'an API cannot pass its answer for a refusal of the backend',
    in: 'returned',
    replace: '/…refresh|x-pixy-auth|…/',
    with: '/…refresh|…/',
    tests: [requests, '-g', 'is known by its header'],
  },
  {
    name: 'a sign-out that the backend did not hear of is said again',
    in: 'createAsking.ask',
    never: 'isRefused(next)',
    page: 'backend',
    tests: [...page, 'did not hear'],
  },
  {
    name: 'a page with a backend that signs in on load makes no loop',
    in: 'noteFailure',
    remove: 'chunk?.noteOutcome(key, true)',
    page: 'backend',
    tests: [...page, 'makes no loop'],
  },
  {
    name: 'a backend that does not answer ends no session',
    in: 'createBackendSession.open',
    replace: 'doubt(failure, before)',
    with: 'doubt(failure)',
    page: 'backend',
    tests: [...page, 'something else'],
  },
  {
    name: 'many calls of a page ask its backend for one token',
    in: 'createLentTokens.renew',
    replace: 'all[key] ??= ask(key, ...given)',
    with: 'all[key] = ask(key, ...given)',
    page: 'backend',
    tests: [...calls, 'share one token'],
  },
  {
    name: 'a token that an API refuses is renewed once in half a minute',
    in: 'lentRetryToken',
    never: 'wasForced(held)',
    page: 'backend',
    tests: [...calls, 'renewed once'],
  },
  {
    name: 'a page sees no ID token as it leaves for the end of the server’s session',
    in: 'wayOut',
    always: '!idToken || !whole',
    tests: ['unit/backend-refresh.spec.ts', '-g', 'shows the page no ID token'],
  },
  {
    name: 'the page of a sign-out is for a browser window alone',
    in: 'getSignOut',
    remove: 'checkNavigation(request)',
    tests: ['unit/backend-refresh.spec.ts', '-g', 'shows the page no ID token'],
  },
  {
    name: 'a sign-in by a backend shows in every tab',
    in: 'createBackendSession.enter',
    never: 'id && id !== before.id',
    page: 'backend',
    tests: [...pages, 'tabs are in step'],
  },
  {
    name: 'a sign-out by a backend shows in every tab',
    in: 'createBackendSession',
    remove: "tabs.send('sign-out', id ?? '')",
    page: 'backend',
    tests: [...pages, 'tabs are in step'],
  },
]
