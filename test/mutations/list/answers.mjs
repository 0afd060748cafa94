// What a server's answer may bring in, and what of it an error may say.
/** @type {import('../defences.mjs').Defence[]} */
export const answers = [
  {
    name: 'the body of an answer that is too long is cancelled',
    in: 'readText',
    remove: 'reader?.cancel().catch(() => {})',
    tests: ['browser/endless-answers.spec.ts', '-g', 'every endpoint’s endless'],
  },
  {
    name: 'claims that are nested too deep are left out',
    in: 'membersOf',
    always: 'isShallow(value)',
    tests: ['browser/deep-claims.spec.ts', '-g', 'too deep'],
  },
  {
    name: 'claims of an ID token are its own members',
    in: 'claimsOf',
    replace: 'own({ ...(membersOf(claims) as IDToken), aud })',
    with: '{ ...claims, aud }',
    tests: ['browser/deep-claims.spec.ts', '-g', 'T24'],
  },
  {
    name: 'what was sent is struck out of what the server says',
    in: 'withoutSecrets',
    replace: 'left.replaceAll(value, mark)',
    with: 'left',
    tests: ['unit/secrets.spec.ts'],
  },
  {
    name: 'what looks like a token is struck out of what the server says',
    in: 'withoutSecrets',
    replace: 'strikeTokenLike',
    with: '(run) => run',
    tests: ['browser/echoed-secrets.spec.ts', '-g', 'a callback'],
  },
  {
    name: 'a text with a secret in another form is struck out whole',
    in: 'withoutSecrets',
    never: 'secrets.some((value) => holds(plain, value))',
    tests: ['unit/secrets.spec.ts'],
  },
  {
    name: 'a secret is found in a text however it is encoded',
    in: 'bare',
    replace: 'times < 3',
    with: 'times < 0',
    tests: ['unit/secrets.spec.ts'],
  },
  {
    name: 'the issuer of an ID token is shown without what was sent',
    in: 'wrongClaim',
    replace: 'withoutSecrets(value, sent)',
    with: 'value',
    tests: ['browser/echoed-secrets.spec.ts', '-g', 'the issuer'],
  },
  {
    name: 'a proof that was sent is a secret of its request',
    in: 'send',
    remove: 'sent.push(proof)',
    tests: ['browser/echoed-secrets.spec.ts', '-g', 'in whatever form'],
  },
  {
    name: 'what may be a secret by its name is not in session.extra',
    in: 'isSecret',
    never: 'secret.test(name)',
    tests: ['field/own-names.spec.ts', '-g', 'without secrets'],
  },
  {
    name: 'a JWT is not in session.extra',
    in: 'isSecret',
    never: 'jwt.test(value)',
    tests: ['field/own-names.spec.ts', '-g', 'without secrets'],
  },
  {
    name: 'a copy of a token is not in session.extra',
    in: 'isSecret',
    never: 'secrets.some((one) => value.includes(one))',
    tests: ['field/own-names.spec.ts', '-g', 'without secrets'],
  },
]
