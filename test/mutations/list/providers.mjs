// What is asked of servers that are not like the others.
/** @type {import('../defences.mjs').Defence[]} */
export const providers = [
  {
    name: 'a document for all tenants serves no client of one tenant',
    in: 'issuerIn',
    replace: "text.replace('{tenantid}', tenants)",
    with: "text.replace('{tenantid}', parseUrl(issuer)?.pathname.split('/').at(-2) ?? tenants)",
    tests: ['field/several-tenants.spec.ts', '-g', 'document for all tenants'],
  },
  {
    name: 'an ID token of a shared issuer names its tenant',
    in: 'issuerFor',
    replace: "decodeJwt(idToken, 1)['tid']",
    with: "/[\\da-f-]{36}/.exec(String(decodeJwt(idToken, 1)['iss']).split('/').at(-2) ?? '')?.[0]",
    tests: ['field/several-tenants.spec.ts', '-g', 'not its tenant'],
  },
  {
    name: 'a tenant is a UUID',
    in: 'issuerOf',
    always: 'isUuid(tenant)',
    tests: ['field/several-tenants.spec.ts', '-g', 'not its tenant'],
  },
  {
    name: 'a key that signs for one tenant signs for no other',
    in: 'signsHere',
    always: 'issuerOf(String(own), tid) === iss',
    tests: ['field/several-tenants.spec.ts', '-g', 'key of another tenant'],
  },
  {
    name: 'a document calls the server what `server.issuer` says',
    in: 'toServer',
    replace: 'server.issuer ?? issuer',
    with: 'server.issuer ? String(document.issuer) : issuer',
    tests: ['field/known-providers.spec.ts', '-g', 'another name'],
  },
  {
    name: 'a release with another audience gets no token of the old one',
    in: 'keyNow',
    never: "asked.audience !== params?.['audience']",
    tests: ['field/changed-release.spec.ts', '-g', 'audience'],
  },
  {
    name: 'a release with more scope gets no token of less',
    in: 'keyNow',
    always: "scope.split(' ').every((word) => before.includes(word))",
    tests: ['field/changed-release.spec.ts', '-g', 'no more'],
  },
  {
    name: 'a scope that was denied is not asked for at each call',
    in: 'check',
    never: 'last && last.id === active()?.id && performance.now() - last.at < 30_000',
    tests: ['field/changed-release.spec.ts', '-g', 'no more'],
  },
  {
    name: 'a release with another resource gets no token of the old one',
    in: 'present',
    replace: 'key === (record.asked?.key ?? context.defaultTokenKey)',
    with: 'key === context.defaultTokenKey',
    tests: ['field/changed-release.spec.ts', '-g', 'may refuse'],
  },
  {
    name: 'a refresh token is asked for by consent where it was refused without',
    in: 'withConsent',
    never: 'isIgnored && (await consentHelps(context, scope)) !== false',
    tests: ['field/offline-access.spec.ts', '-g', 'can be renewed'],
  },
  {
    name: 'consent that did not help is not asked for again',
    in: 'withConsent',
    always: '(await consentHelps(context, scope)) !== false',
    tests: ['field/offline-access.spec.ts', '-g', 'consent that brings'],
  },
  {
    name: 'what the app says of a prompt stands',
    in: 'promptIn',
    always: '!prompt',
    tests: ['field/offline-access.spec.ts', '-g', 'prompt that the app'],
  },
]
