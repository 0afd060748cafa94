// Which session a browser has, where a backend answers late, or another backend sealed a cookie.
const late = 'unit/backend-late.spec.ts'
const unread = 'unit/backend-cookies.spec.ts'

/** @type {import('../defences.mjs').Defence[]} */
export const backendCookies = [
  {
    name: 'a late answer takes away no reason of a sign-in that has failed since',
    in: 'errorCookie',
    replace: '`-error-${crypto.randomUUID().slice(-8)}`',
    with: "'-error-'",
    tests: [late, '-g', 'no reason of a sign-in'],
  },
  {
    name: 'of several sign-ins that failed one reason is kept',
    in: 'errorCookie',
    replace: "...jar.names(cookies, '-error-').flatMap((old) => jar.remove(old, 1))",
    with: '...[]',
    tests: [late, '-g', 'of several sign-ins that failed'],
  },
  {
    name: 'the way back from the server sees the reason of an earlier sign-in',
    in: 'errorCookie',
    replace: "sameSite: 'Lax'",
    with: "sameSite: 'Strict'",
    tests: [late, '-g', 'of several sign-ins that failed'],
  },
  {
    name: 'a late end of a session takes no later one away',
    in: 'createSessionCookies',
    replace: 'end: (cookies) => others(cookies)',
    with: "end: (cookies) => [...others(cookies), ...jar.remove('', 1)]",
    tests: [late, '-g', 'late sign-out ends'],
  },
  {
    name: 'a late renewal brings no earlier session back',
    in: 'createSessionCookies',
    replace: 'return isId.test(id) ? id : undefined',
    with: "return jar.names(cookies, '.').map((name) => name.slice(1)).find((name) => isId.test(name))",
    tests: [late, '-g', 'T52'],
  },
  {
    name: 'the cookies of an earlier session are removed with the next answer',
    in: 'createSessionCookies',
    replace: '[...others(cookies, own), ...jar.clean(cookies, own)]',
    with: 'jar.clean(cookies, own)',
    tests: [late, '-g', 'T52'],
  },
  {
    name: 'a sign-in removes the cookies of the session in whose place it comes',
    in: 'createSessionCookies',
    remove: '...(before ? jar.remove(nameOf(before), maxSealedParts) : [])',
    tests: ['unit/backend-sign-in.spec.ts', '-g', 'two sign-ins in two tabs'],
  },
  {
    name: 'an answer that comes after a new session has begun puts no other beside it',
    in: 'createSessions',
    remove: 'leave(lines.current(cookies))',
    tests: [late, '-g', 'cookies the late answer to a call replaces'],
  },
  {
    name: 'a session that the browser goes on with is kept up to date',
    in: 'createMemory',
    always: '!wasLeft',
    tests: [late, '-g', 'browser that missed'],
  },
  {
    name: 'a cookie that this process cannot read is left in place',
    in: 'createLoad',
    replace: 'opened ? await place.find(opened.value) : { isMissing: true }',
    with: 'opened ? await place.find(opened.value) : {}',
    tests: [unread, '-g', 'during the rollout'],
  },
  {
    name: 'a sign-out removes a cookie that cannot be read',
    in: 'postSignOut',
    remove: 'more = context.sessions.forget(held)',
    tests: [unread, '-g', 'cannot be read'],
  },
  {
    name: 'a sign-out ends a session that the store has lost for a while',
    in: 'postSignOut',
    remove: 'if (held.name) await context.sessions.end(held.name)',
    tests: [unread, '-g', 'sign-out counts even'],
  },
  {
    name: 'a session of a backend is of one client at one server',
    in: 'deriveKey',
    replace: '`pixy-auth backend ${purpose} ${client}`',
    with: '`pixy-auth backend ${purpose} ${client && 1}`',
    tests: [unread, '-g', 'T47'],
  },
  {
    name: 'of many sign-ins the oldest is given up',
    in: 'createCookieJar',
    replace: '[...cookies.keys()].toReversed()',
    with: '[...cookies.keys()]',
    tests: ['unit/backend-sign-in.spec.ts', '-g', 'sixth sign-in replaces'],
  },
  {
    name: 'a refresh token that comes after the sign-out is revoked',
    in: 'adoptTokens',
    remove: 'await revoke(context, { server }, refreshToken)',
    tests: [late, '-g', 'comes after the sign-out'],
  },
  {
    name: 'a backend saves what a refresh brought before it has the keys',
    in: 'adoptTokens',
    replace: 'await sessions.change(session, change)',
    with: 'isUnverified ? session : await sessions.change(session, change)',
    tests: ['unit/backend-turns.spec.ts', '-g', 'before the keys'],
  },
  {
    name: 'a wrong signature of a refreshed ID token ends the session of a backend',
    in: 'verifyClaims',
    never: 'isRight === false',
    tests: ['unit/backend-turns.spec.ts', '-g', 'wrong at a refresh'],
  },
]
