// A sign-out: it holds, in every tab, and nothing of the session is left.
/** @type {import('../defences.mjs').Defence[]} */
export const signOut = [
  {
    name: 'sign-out revokes the refresh token',
    in: 'signOut',
    replace: 'held && !local && revoke(context, held, held.refreshToken)',
    with: 'undefined',
    tests: ['browser/sign-out.spec.ts', '-g', 'leaves nothing behind'],
  },
  {
    name: 'sign-out deletes pending transactions',
    in: 'signOut',
    remove: 'await transactions(context).clear()',
    tests: ['browser/sign-out.spec.ts', '-g', 'prepared before'],
  },
  {
    name: 'sign-out is shown before anything slow',
    in: 'signOut',
    remove: 'refuseHere(held?.id)',
    tests: ['browser/unsaved-session.spec.ts', '-g', 'shown at once'],
  },
  {
    name: 'sign-out is shown in every tab',
    in: 'onmessage',
    remove: 'onSignOut(id, Number(version))',
    tests: ['browser/unsaved-session.spec.ts', '-g', 'every tab'],
  },
  {
    name: 'a session that could not be deleted is refused by the next page',
    in: 'restore',
    remove:
      "await session.endOnly(refused.replace('!', ''), refused[0] === '!' ? 'expired' : 'sign-out')",
    tests: ['unit/vault.spec.ts', '-g', 'refused by its id'],
  },
  {
    name: 'a tab that hears of a sign-out ends the stored session',
    in: 'createSession.onSignOut',
    replace: "endOnly(isOwn ? active()?.id : told, 'sign-out')",
    with: '(refuseHere(told), load()).then(() => ({ before: undefined, isSaved: true }))',
    tests: ['browser/sign-out-leaving.spec.ts', '-g', 'ends the stored session itself'],
  },
  {
    name: 'tokens that a sign-out in another tab did not know are revoked',
    in: 'createSession.onSignOut',
    remove: 'ended(before)',
    tests: ['browser/sign-out-leaving.spec.ts', '-g', 'did not know'],
  },
  {
    name: 'a sign-out is kept in the turn of the call',
    in: 'signOutBy',
    remove: "endedSession(key, state.caller()?.id ?? (isLoading ? '*' : undefined))",
    tests: ['browser/sign-out-leaving.spec.ts'],
  },
  {
    name: 'a sign-out of a session that is not restored yet ends it',
    in: 'signOutBy',
    replace: "isLoading ? '*' : undefined",
    with: 'undefined',
    tests: ['browser/sign-out-leaving.spec.ts', '-g', 'counts if the page'],
  },
  {
    name: 'a session that was ended is refused before a callback',
    in: 'createStart.enter',
    replace: "endedSession(config().key) ?? (href && '')",
    with: "href && ''",
    tests: ['browser/sign-out-leaving.spec.ts', '-g', 'brings no session back'],
  },
  {
    name: 'the end of a session without a refresh token is no sign-out of the user',
    in: 'restore',
    replace: "await session.endOnly(record.id, 'expired')",
    with: "await session.endOnly(record.id, 'sign-out')",
    tests: ['unit/vault.spec.ts', '-g', 'ending an expired'],
  },
  {
    name: 'a client that was disposed of tells other tabs of a sign-out',
    in: 'openChannel',
    replace: 'channel.onmessage = null',
    with: 'channel.close()',
    tests: ['field/disposed-clients.spec.ts'],
  },
  {
    name: 'an unsaved sign-in is stored over what became of the session before it',
    in: 'givesWay',
    never: "stored?.id === seen?.id && stored?.id !== mine?.id && stored?.ended !== 'sign-out'",
    tests: ['unit/vault-unsaved.spec.ts', '-g', 'session before it, re'],
  },
  {
    name: 'an unsaved sign-in is not stored over a sign-out',
    in: 'givesWay',
    remove: "stored?.ended !== 'sign-out'",
    tests: ['unit/vault-unsaved.spec.ts', '-g', 'session before it, signed out'],
  },
  {
    name: 'an unsaved session without a refresh token is not stored over its sign-out',
    in: 'isSame',
    remove: 'a?.ended === b?.ended',
    tests: ['unit/vault-save.spec.ts', '-g', 'sign-out without a message'],
  },
  {
    name: 'an unsaved sign-in is stored over the sign-out before it',
    in: 'givesWay',
    never: 'isSame(stored, seen)',
    tests: ['unit/vault-unsaved.spec.ts', '-g', 'after a sign-out'],
  },
  {
    name: 'a session that a sign-in replaced does not end as by a sign-out',
    in: 'restore',
    never: "refused[0] === '!'",
    tests: ['unit/vault-unsaved.spec.ts', '-g', 'session before it, replaced'],
  },
]
