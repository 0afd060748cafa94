// What a backend lets in, and what it gives away.
const requests = 'unit/backend-requests.spec.ts'
const places = 'unit/backend-return-to.spec.ts'
const proxied = 'unit/backend-proxy.spec.ts'
const signIns = 'unit/backend-sign-in.spec.ts'
const refreshes = 'unit/backend-refresh.spec.ts'

/** @type {import('../defences.mjs').Defence[]} */
export const backend = [
  {
    name: 'Node keeps nothing of a body that streams through the backend',
    in: 'forward',
    replace: "isStream ? 'error' : 'manual'",
    with: "'manual'",
    tests: [proxied, '-g', 'streamed call'],
  },
  {
    name: 'a request to the backend needs the header of the page',
    in: 'checkOwnPage',
    never: "headers.get(requestHeader) !== '1'",
    tests: [requests, '-g', 'for the page of the app'],
  },
  {
    name: 'a request to the backend comes from its own origin',
    in: 'checkOwnPage',
    never: '!isOwn || (from && from !== origin)',
    tests: [requests, '-g', 'for the page of the app'],
  },
  {
    name: 'an origin is compared even where the browser calls the request its own',
    in: 'checkOwnPage',
    never: 'from && from !== origin',
    tests: [requests, '-g', 'for the page of the app'],
  },
  {
    name: 'only a browser window begins or finishes a sign-in of the backend',
    in: 'checkNavigation',
    never: "destination !== 'document'",
    tests: [requests, '-g', 'browser window'],
  },
  {
    name: 'another site says nothing of a sign-in but a place',
    in: 'requestOf',
    never: 'isFromElsewhere(request)',
    tests: [requests, '-g', 'another site'],
  },
  {
    name: 'the backend leads back to the app alone',
    in: 'placeOf',
    always: 'place?.origin === url.origin',
    tests: [places, '-g', 'is refused'],
  },
  {
    name: 'the backend does not lead back to itself',
    in: 'placeOf',
    always: '!`${asPassedOn(place)}/`.startsWith(`${url.pathname}/`)',
    tests: [places, '-g', 'auth is refused'],
  },
  {
    name: 'the backend does not lead back to itself by another spelling',
    in: 'placeOf',
    replace: 'asPassedOn(place)',
    with: 'place?.pathname',
    tests: ['unit/backend-popup.spec.ts', '-g', 'leads nowhere'],
  },
  {
    name: 'the page on which popups end leads from no place of the backend to another',
    in: 'popup',
    replace: 'placeOf(context, returnTo) !== returnTo',
    with: '!placeOf(context, returnTo)',
    tests: ['unit/backend-popup.spec.ts', '-g', 'leads nowhere'],
  },
  {
    name: 'the place on the way back is no HTML',
    in: 'hop',
    replace: 'url.replace(/[&"<>]/g, (char) => `&#${char.charCodeAt(0)};`)',
    with: 'url',
    tests: [places, '-g', 'reads the place'],
  },
  {
    name: 'a cookie is opened for its own purpose',
    in: 'deriveKey',
    replace: '`pixy-auth backend ${purpose} ${client}`',
    with: "'pixy-auth backend'",
    tests: [requests, '-g', 'for another'],
  },
  {
    name: 'a code comes back to the browser that asked for it',
    in: 'take',
    replace: 'kept.state !== state',
    with: 'false',
    tests: [requests, '-g', 'of another sign-in'],
  },
  {
    name: 'a callback of the backend is taken once',
    in: 'placeInCookies',
    never: 'used.has(name)',
    tests: [signIns, '-g', 'two callbacks at once'],
  },
  {
    name: 'sign-ins that were given up leave the browser',
    in: 'leave',
    replace: 'pending.slice(0, 1 - maxPending)',
    with: '[]',
    tests: [signIns, '-g', 'do not fill'],
  },
  {
    name: 'the backend refreshes a session once for all requests',
    in: 'createRefresh.run',
    replace:
      'version !== asked.version && remaining(tokens[key]) > 0 && tokens[key]?.value !== unfit',
    with: 'false',
    tests: [refreshes, '-g', 'many calls'],
  },
  {
    name: 'an answer that a browser did not get is known to the backend',
    in: 'createMemory',
    replace: 'known.session.version > session.version',
    with: 'false',
    tests: [refreshes, '-g', 'given again'],
  },
  {
    name: 'a session of the backend that ended stays ended',
    in: 'createMemory',
    never: 'ended.has(session.id)',
    tests: [refreshes, '-g', 'a copy of the cookie'],
  },
  {
    name: 'tokens that come after the sign-out are not kept by the backend',
    in: 'adoptTokens',
    never: '!now',
    tests: [refreshes, '-g', 'after the sign-out gives nothing'],
  },
  {
    name: 'the backend gives the page no token that its options do not name',
    in: 'postToken',
    never: '!context.backend.tokens.has(key)',
    tests: [refreshes, '-g', 'no other is given'],
  },
  {
    name: 'the backend waits before it asks a server again that did not answer',
    in: 'createPauses.check',
    never: 'pause && pause.until > Date.now()',
    tests: [refreshes, '-g', 'not asked again'],
  },
  {
    name: 'a secret of the client is struck out of what the server says',
    in: 'byHeader',
    replace: '[secret, value]',
    with: '[]',
    tests: [signIns, '-g', 'no secret of it'],
  },
  {
    name: 'the backend tells the page of UserInfo about its own user alone',
    in: 'withUserInfo',
    never: "session.identity && claims['sub'] !== session.identity.sub",
    tests: [signIns, '-g', 'UserInfo'],
  },
  {
    name: 'a call through the backend does not lead out of the path',
    in: 'targetOf',
    never: 'leadsOut.test(rest)',
    tests: [proxied, '-g', 'leads out'],
  },
  {
    name: 'cookies of the app do not go to an API',
    in: 'forward',
    replace: 'copyHeaders(request.headers, kept)',
    with: 'new Headers(request.headers)',
    tests: [proxied, '-g', 'neither cookies'],
  },
  {
    name: 'an API sets no cookie of the app',
    in: 'toPage',
    replace: 'copyHeaders(answer.headers, returned)',
    with: 'new Headers(answer.headers)',
    tests: [proxied, '-g', 'neither cookies'],
  },
  {
    name: 'an API sets no policy of the origin of the app',
    in: 'toPage',
    remove:
      'for (const name of [...headers.keys()].filter((one) => ofOrigin.test(one))) headers.delete(name)',
    tests: [proxied, '-g', 'its own origin'],
  },
  {
    name: 'the backend follows no redirect of an API',
    in: 'forward',
    replace: "'manual'",
    with: "'follow'",
    tests: [proxied, '-g', 'a redirect'],
  },
  {
    name: 'a call through the backend is for the page of the app alone',
    in: 'proxy',
    remove: 'checkOwnPage(request, backend.url.origin)',
    tests: [proxied, '-g', 'of another origin'],
  },
  {
    name: 'an API that refuses every token costs the backend one refresh in half a minute',
    in: 'tokenFor',
    always: '!wasForced(held)',
    tests: [proxied, '-g', 'refuses every token'],
  },
  {
    name: 'many callers ask once for a token of the client itself',
    in: 'createClientCredentials',
    replace: 'flights.get(key)',
    with: 'undefined',
    tests: ['unit/backend-client-credentials.spec.ts', '-g', 'asked for once'],
  },
  {
    name: 'halves of two cookies, or of two lengths, are not put together',
    in: 'createCookieJar.countIn',
    replace: "Number(/^(\\d{1,2})~/.exec(cookies.get(nameAt(name, 0)) ?? '')?.[1] ?? 0)",
    with: 'maxParts',
    tests: ['unit/backend-late.spec.ts', '-g', 'a shorter value'],
  },
  {
    name: 'a refresh never puts off the end of a session at a backend',
    in: 'claimsOf',
    replace: 'Math.min(session.endsAt, endsAt ?? Infinity)',
    with: 'endsAt ?? session.endsAt',
    tests: ['unit/backend-refresh.spec.ts', '-g', 'puts that off'],
  },
]
