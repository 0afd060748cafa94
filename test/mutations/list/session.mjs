// The session: what tabs tell each other of it, and its end.
/** @type {import('../defences.mjs').Defence[]} */
export const session = [
  {
    name: 'messages between tabs hold no session data',
    in: 'changeIn',
    replace: 'if (record?.version !== readRecord(before)?.version) onChanged()',
    with: 'new BroadcastChannel(name).postMessage(JSON.stringify(record))',
    tests: ['browser/refresh.spec.ts', '-g', 'rotated refresh token'],
  },
  {
    name: 'other tabs are told of a write that may come through late',
    in: 'changeIn',
    never: "asAuthError(error).code === 'timeout'",
    tests: ['unit/vault-late.spec.ts', '-g', 'are told'],
  },
  {
    name: 'a change that changes nothing is not written',
    in: 'update',
    always: 'after !== request.result',
    tests: ['browser/refresh-lease.spec.ts', '-g', 'after a sleep'],
  },
  {
    name: 'no token is written to the console',
    in: 'requestTokens',
    replace: 'form: all',
    with: 'form: console.debug(all) ?? all',
    tests: ['browser/refresh.spec.ts', '-g', 'rotated refresh token'],
  },
  {
    name: 'a refusal ends only the session of that refresh token',
    in: 'refuse',
    always: 'record.refreshToken === refreshToken',
    tests: ['unit/vault-checks.spec.ts', '-g', 'renewed meanwhile'],
  },
  {
    name: 'sign-out ends sessions that only one tab has',
    in: 'onSignOut',
    never: 'isPerTab || !stored.isShared()',
    tests: ['browser/tabs.spec.ts', '-g', 'sessions of their own'],
  },
  {
    name: 'sign-out clears the store that failed before',
    in: 'changeAll',
    never: 'store !== sharedStore',
    tests: ['unit/vault-unsaved.spec.ts', '-g', 'a sign-out takes'],
  },
  {
    name: 'an expired session without a refresh token is not restored',
    in: 'restore',
    never: '!canRenew(record) && left <= 0',
    tests: ['unit/vault-saved.spec.ts', '-g', 'nothing can renew'],
  },
  {
    name: 'waiting for a token has a timeout',
    in: 'renewIn',
    replace: 'withTimeout(config.timeout, refresh().then((run) => run(...request)))',
    with: 'refresh().then((run) => run(...request))',
    tests: ['browser/single-faults.spec.ts'],
  },
  {
    name: 'Retry-After counts for at most a minute',
    in: 'ErrorResponse',
    replace: 'Math.min(Math.max(ms, 1000), 60_000)',
    with: 'Math.max(ms, 1000)',
    tests: ['browser/refresh-faults.spec.ts'],
  },
  {
    name: 'minTtl is limited to three quarters of the token’s lifetime',
    in: 'token',
    replace: 'Math.min(minTtl * 1000, (life * 3) / 4)',
    with: 'minTtl * 1000',
    tests: ['browser/resource-tokens.spec.ts'],
  },
  {
    name: 'a channel message that is not a string is ignored',
    in: 'onmessage',
    replace: "typeof data === 'string' ? data.split(' ') : []",
    with: "String(data).split(' ')",
    tests: ['browser/stored-records.spec.ts', '-g', 'F86'],
  },
  {
    name: 'the revocation outlives the page',
    in: 'initOf',
    replace: 'isQuiet === true',
    with: 'false',
    tests: ['browser/sign-out.spec.ts', '-g', 'outlives the page'],
  },
]
