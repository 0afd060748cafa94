// What a page with a backend keeps to itself, and when it believes that its session is there.
const page = ['browser/with-backend.spec.ts', '-g']
const calls = ['browser/with-backend-calls.spec.ts', '-g']
const pages = ['browser/with-backend-pages.spec.ts', '-g']
const others = ['browser/other-backends.spec.ts', '-g']
const curity = ['browser/curity.spec.ts', '-g']
const popups = ['browser/with-backend-popup.spec.ts', '-g']
const presets = ['unit/presets.spec.ts', '-g']
const requests = 'unit/backend-requests.spec.ts'

/** @type {import('../defences.mjs').Defence[]} */
export const withBackend = [
  {
    name: 'a call that a backend of another make refuses ends no session that is there',
    in: 'call',
    replace: "claims ? answered : refusal('not_signed_in', 'It has no session.', 401)",
    with: "refusal('not_signed_in', 'It has no session.', 401)",
    page: 'backend',
    tests: [...others, 'has ended there'],
  },
  {
    name: 'a sign-out that a backend of another make did not hear of is made up for',
    in: 'signOut',
    replace: 'await ask(url.href, { signal: asked.signal }, csrf)',
    with: 'undefined',
    tests: [...presets, 'made up for'],
  },
  {
    name: 'the way back from a backend of another make is a path of the app',
    in: 'pathOf',
    replace: 'pathname + search + hash',
    with: "url.searchParams.get('returnTo') ?? '/'",
    tests: [...presets, 'path of the app'],
  },
  {
    name: 'a page that answers in the place of a backend of another make says nothing of the session',
    in: 'userOf',
    never: "json === ''",
    tests: [...presets, 'says nothing'],
  },
  {
    name: 'the code for a Token Handler is out of the address before a router reads it',
    in: 'createBackendSession',
    remove: 'void asking.load()',
    page: 'backend',
    tests: [...curity, 'out of the address'],
  },
  {
    name: 'the code for a Token Handler is taken out of the address',
    in: 'takeAnswer',
    remove: 'replaceAddress(url.href)',
    page: 'backend',
    tests: [...curity, 'out of the address'],
  },
  {
    name: 'a code of another server is not given to a Token Handler',
    in: 'takeLeft',
    never: "answer.has('state') && left.state && left.state !== answer.get('state')",
    page: 'backend',
    tests: [...curity, 'did not ask for'],
  },
  {
    name: 'a Token Handler sends the browser to a secure place alone',
    in: 'begin',
    never: '!isSecure(place)',
    tests: [...presets, 'no place to go'],
  },
  {
    name: 'many calls renew the cookies of a Token Handler once',
    in: 'renew',
    never: 'since !== undefined && Math.abs(Date.now() - last) < 30_000',
    page: 'backend',
    tests: [...curity, 'one refresh'],
  },
  {
    name: 'a Token Handler that cannot renew its cookies for now ends no session',
    in: 'call',
    always: "outcome === 'ended'",
    page: 'backend',
    tests: [...curity, 'for now'],
  },
  {
    name: 'a sign-in by popup that failed is no success because a session lives',
    in: 'callback',
    replace: '{ snapshot: adopt(session, answer), error, ...(!error && { undeleted: "" }) }',
    with: '{ snapshot: adopt(session, answer), error: undefined, undeleted: "" }',
    page: 'backend',
    tests: [...popups, 'why it failed'],
  },
  {
    name: 'a page with a backend opens no popup from a frame of another origin',
    in: 'authorize',
    remove: '!(await isFramed())',
    page: 'backend',
    tests: [...popups, 'from a frame in a page'],
  },
  {
    name: 'a sign-out that the backend did not hear of does not end the session of a popup',
    in: 'callback',
    remove: 'session.ended()',
    page: 'backend',
    tests: [...popups, 'did not hear'],
  },
  {
    name: 'the page on which a popup ends leads nowhere but to the app',
    in: 'popup',
    never: 'returnTo !== null && placeOf(context, returnTo) !== returnTo',
    tests: ['unit/backend-popup.spec.ts', '-g', 'leads nowhere'],
  },
  {
    name: 'a popup has a random name',
    in: 'popupPlace',
    never: '!/^[\\w-]{20,64}$/.test(id)',
    tests: ['unit/backend-popup.spec.ts', '-g', 'random name'],
  },
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
    remove: "tabs.send('sign-out', known)",
    page: 'backend',
    tests: [...pages, 'tabs are in step'],
  },
  {
    name: 'a sign-out that missed its backend ends no later session of the same name',
    in: 'authorize',
    remove: 'if (endedSession(config.key)) await session.read()',
    page: 'backend',
    tests: [...others, 'did not reach it'],
  },
  {
    name: 'a late answer of the backend shows no user again',
    in: 'ask',
    never: "id !== caller.id && id !== answer['id']",
    page: 'backend',
    tests: ['browser/with-backend-late.spec.ts', '-g', 'is not shown'],
  },
  {
    name: 'a tab that hears of a session takes no earlier answer for it',
    in: 'createBackendSession.read',
    replace: 'asking.reload',
    with: 'asking.load',
    page: 'backend',
    tests: ['browser/with-backend-late.spec.ts', '-g', 'earlier answer'],
  },
]
