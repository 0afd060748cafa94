// Whose call it is, and what the objects are that it is given, of whatever realm or copy.
/** @type {import('../defences.mjs').Defence[]} */
export const callers = [
  {
    name: 'a call belongs to the session active when it reached the vault',
    in: 'fetch',
    replace: "call('fetch')(request, record ? callerOf(record) : caller, isOneTime)",
    with: "Promise.all([load(), resuming]).then(() => call('fetch')(request, caller ?? (session.active() && callerOf(session.active())), isOneTime))",
    tests: ['unit/vault-checks.spec.ts', '-g', 'reached the vault'],
  },
  {
    name: 'a call belongs to the session shown when it was made',
    in: 'fetch',
    replace: 'caller || isLate ? undefined : await current(context)',
    with: 'await current(context)',
    tests: ['unit/vault-checks.spec.ts', '-g', 'for another user'],
  },
  {
    name: 'a call made while signed out gets no token of a later sign-in',
    in: 'fetch',
    replace: 'caller === null && session.active()',
    with: 'false',
    tests: ['unit/vault-checks.spec.ts', '-g', 'while signed out'],
  },
  {
    name: 'the page says that a call was made while signed out',
    in: 'show',
    replace: 'null',
    with: 'undefined',
    tests: ['browser/fetch-signed-out.spec.ts'],
  },
  {
    name: 'callers without a sub are not the same',
    in: 'tokenOf',
    replace: 'caller.sub && caller.sub === record.user.sub',
    with: 'caller.sub === record.user.sub',
    tests: ['browser/plain-oauth.spec.ts', '-g', 'T30'],
  },
  {
    name: 'a call goes on in its own session',
    in: 'tokenOf',
    remove: 'record.id === caller.id',
    tests: ['browser/plain-oauth.spec.ts', '-g', 'T30'],
  },
  {
    name: 'a list is told from an object, and an object from a list',
    in: 'checkTypes',
    never: 'Array.isArray(value)',
    tests: ['unit/config.spec.ts'],
  },
  {
    name: 'a Request of another realm gets its token',
    in: 'fetchWith',
    replace: '(input as Partial<Request> | undefined)?.url ?? input',
    with: 'input instanceof Request ? input.url : input',
    tests: ['field/foreign-realms.spec.ts', '-g', 'for what they are'],
  },
  {
    name: 'a stream of another realm is not sent again',
    in: 'fetchWith',
    replace: "'getReader' in Object(init?.body)",
    with: 'init?.body instanceof ReadableStream',
    tests: ['field/foreign-realms.spec.ts', '-g', 'a stream'],
  },
  {
    name: 'a file that fails to load twice is not said to be retryable',
    in: 'lazy',
    replace: "failures++ ? 'unsupported' : 'network'",
    with: "'network'",
    tests: ['field/failed-chunks.spec.ts'],
  },
  {
    name: 'an AuthError of another library is not one of ours',
    in: 'isAuthError',
    replace: 'brand in Object(error)',
    with: "error instanceof Error && error.name === 'AuthError'",
    tests: ['field/other-auth-errors.spec.ts', '-g', 'another library'],
  },
]
