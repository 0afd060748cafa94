// What processes of a backend that share a store may rely on, and what a server may end there.
const stored = 'unit/backend-store.spec.ts'
const turns = 'unit/backend-turns.spec.ts'
const logouts = 'unit/backend-backchannel.spec.ts'

/** @type {import('../defences.mjs').Defence[]} */
export const backendStore = [
  {
    name: 'of the processes behind one store one refreshes',
    in: 'placeInStore',
    replace: "(await entries.add('turn', name, mine, turnMs)) ?? settle(entries, name, mine)",
    with: 'true',
    tests: [turns, '-g', 'one has the turn'],
  },
  {
    name: 'a process has no turn that another has',
    in: 'settle',
    never: "(await entries.get('turn', name)) !== undefined",
    tests: [turns, '-g', 'one has the turn, without'],
  },
  {
    name: 'a process whose entry was replaced has no turn',
    in: 'settle',
    replace: "(await entries.get('turn', name)) === mine",
    with: 'true',
    tests: [turns, '-g', 'one has the turn, without'],
  },
  {
    name: 'a process that was slow has no turn',
    in: 'settle',
    never: 'performance.now() - began > settleMs',
    tests: [turns, '-g', 'comes late has no turn'],
  },
  {
    name: 'a process that slept looks again before it presents',
    in: 'createSessions',
    replace: 'await reload(session)',
    with: 'session',
    tests: [stored, '-g', 'that slept'],
  },
  {
    name: 'a refresh that failed gives up its turn',
    in: 'createRefresh.run',
    remove: 'if (session.refreshToken) await sessions.release(session)',
    tests: [stored, '-g', 'add`.*is tried by the other'],
  },
  {
    name: 'what UserInfo says takes no refresh token away',
    in: 'withUserInfo',
    replace: 'await context.sessions.turn(session, () => false)',
    with: 'session',
    tests: [stored, '-g', 'add`.*claims of UserInfo'],
  },
  {
    name: 'what is written late to the store replaces nothing newer',
    in: 'placeInStore',
    never: 'now && now.version >= session.version',
    tests: [turns, '-g', 'written late'],
  },
  {
    name: 'the store shows no token',
    in: 'placeInStore.save',
    replace: "await seal('session', session, lifetime)",
    with: 'JSON.stringify(session)',
    tests: [stored, '-g', 'add`.*has the session'],
  },
  {
    name: 'a session that ended in one process has ended in all',
    in: 'placeInStore.find',
    never: 'ended !== undefined',
    tests: [stored, '-g', 'while it was written'],
  },
  {
    name: 'a store that says nothing takes no cookie away',
    in: 'createSessions',
    remove: 'if (isMissing) return []',
    tests: [stored, '-g', 'that is silent'],
  },
  {
    name: 'two backends in one store do not see each other',
    in: 'entriesOf',
    replace: '`${prefix}:${kind}:${name}`',
    with: '`${kind}:${name}`',
    tests: [stored, '-g', 'are apart'],
  },
  {
    name: 'a code that came to two processes is exchanged once',
    in: 'placeInStore',
    never: "(await entries.get('once', name)) !== undefined",
    tests: [stored, '-g', 'of two callbacks'],
  },
  {
    name: 'a logout token ends sessions',
    in: 'placeInStore.find',
    replace: 'ended !== undefined || isOver',
    with: 'ended !== undefined',
    tests: [logouts, '-g', 'ends that session'],
  },
  {
    name: 'a logout token ends no session that began after it',
    in: 'placeInStore.find',
    always: 'Number(at) >= (logout?.issuedAt ?? 0)',
    tests: [logouts, '-g', 'began after it'],
  },
  {
    name: 'an older logout token takes no newer one back',
    in: 'placeInStore',
    replace: 'Math.max(before, issuedAt)',
    with: 'issuedAt',
    tests: [logouts, '-g', 'began after it'],
  },
  {
    name: 'a logout token is signed by the server',
    in: 'readToken',
    never: '!(await isSigned(context, server, jwt))',
    tests: [logouts, '-g', 'signed by another key'],
  },
  {
    name: 'a logout token is of the own server',
    in: 'faultOf',
    replace: 'iss !== issuer',
    with: 'false',
    tests: [logouts, '-g', 'of another issuer'],
  },
  {
    name: 'a logout token is for this client',
    in: 'faultOf',
    replace: '![aud].flat().includes(clientId)',
    with: 'false',
    tests: [logouts, '-g', 'for another client'],
  },
  {
    name: 'a logout token has an end',
    in: 'faultOf',
    replace: "!(typeof exp === 'number' && exp > now - skew)",
    with: 'false',
    tests: [logouts, '-g', 'that has expired|without an end'],
  },
  {
    name: 'no other JWT of the server serves as a logout token',
    in: 'faultOf',
    replace: "typeof isEvent !== 'object'",
    with: 'false',
    tests: [logouts, '-g', 'event'],
  },
  {
    name: 'an ID token does not serve as a logout token',
    in: 'faultOf',
    replace: 'nonce !== undefined',
    with: 'false',
    tests: [logouts, '-g', 'with a nonce'],
  },
  {
    name: 'a logout token counts once',
    in: 'backchannel',
    never: '!isFirst',
    tests: [logouts, '-g', 'counts once'],
  },
]
