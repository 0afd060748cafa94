import { expect, test } from '../support/fixture.js'
import {
  expectRows,
  keyless,
  signInHere,
  signedBy,
  tryHere,
  createSigner,
} from '../support/signed-id-tokens.js'
import { edit, type Leg } from '../support/sign-in-steps.js'
import { leaks, overwrite } from '../support/session.js'

// Rows with `oidcc` and `fapi` are named after the tests of the OpenID Foundation.
// See docs/conformance.md.

test.use({ mode: 'manual' })

test.beforeEach(async ({ app }) => {
  await app.page.goto('/')
})

const now = (): number => Math.floor(Date.now() / 1000)
const hour = 3600
const [wrong, late, fine] = ['invalid_id_token', 'clock_skew', 'signed-in']

const endpoint = 'https://claims.example/of/this'
const elsewhere = { _claim_names: { age: 'src' }, _claim_sources: { src: { endpoint } } }

const claims: [name: string, claims: () => Record<string, unknown>, said: string][] = [
  ['oidcc nonce-invalid: another nonce', () => ({ nonce: 'other' }), wrong],
  ['fapi2 invalid-missing-nonce: no nonce', () => ({ nonce: undefined }), wrong],
  ['oidcc invalid-iss: another issuer', () => ({ iss: 'https://evil.example' }), wrong],
  ['fapi2 invalid-missing-iss: no issuer', () => ({ iss: undefined }), wrong],
  ['oidcc invalid-aud: another audience', () => ({ aud: 'other' }), wrong],
  ['oidcc missing-aud: no audience', () => ({ aud: undefined }), wrong],
  ['fapi2 invalid-aud: a list without this client', () => ({ aud: ['a', 'b'], azp: 'app' }), wrong],
  ['fapi2 valid-aud-as-array: a list of this client', () => ({ aud: ['app'] }), fine],
  [
    'fapi2 invalid-secondary-aud: a second audience, and no azp',
    () => ({ aud: ['app', 'b'] }),
    wrong,
  ],
  ['two audiences, azp the other', () => ({ aud: ['app', 'b'], azp: 'b' }), wrong],
  ['two audiences, azp this client', () => ({ aud: ['b', 'app'], azp: 'app' }), fine],
  ['one audience, azp another', () => ({ azp: 'b' }), wrong],
  ['oidcc missing-sub: no sub', () => ({ sub: undefined }), wrong],
  ['an empty sub', () => ({ sub: '' }), wrong],
  ['a sub of 255 characters', () => ({ sub: 's'.repeat(255) }), fine],
  ['a sub of 256 characters', () => ({ sub: 's'.repeat(256) }), wrong],
  ['a sub that is a number', () => ({ sub: 7 }), wrong],
  ['oidcc missing-iat: no iat', () => ({ iat: undefined }), wrong],
  ['fapi1 iat-is-week-in-past: accepted', () => ({ iat: now() - 168 * hour }), fine],
  ['fapi2 invalid-missing-exp: no exp', () => ({ exp: undefined }), wrong],
  ['fapi2 invalid-expired-exp: an hour ago', () => ({ exp: now() - hour }), late],
  ['not valid for an hour', () => ({ nbf: now() + hour }), late],
  ['oidcc invalid-athash: of another access token', () => ({ at_hash: 'A'.repeat(22) }), wrong],
  ['oidcc missing-athash: it is optional with a code', () => ({ at_hash: undefined }), fine],
  ['oidcc distributed-claims: they are not fetched', () => elsewhere, fine],
  ['an unknown claim', () => ({ wholly: { new: true } }), fine],
  ['no audience in the list', () => ({ aud: [] }), wrong],
  ['an audience in a list in a list', () => ({ aud: [['app']] }), wrong],
  ['an issuer in a list', () => ({ iss: ['https://evil.example'] }), wrong],
  ['a sub in a list', () => ({ sub: ['user-1'] }), wrong],
  ['a nonce in a list', () => ({ nonce: ['other'] }), wrong],
  ['azp in a list', () => ({ azp: ['app'] }), wrong],
  ['azp null', () => ({ azp: null }), wrong],
  ['exp as text', () => ({ exp: `${now() + hour}` }), wrong],
  ['exp for ever', () => ({ exp: 1e300 }), fine],
  ['iat as text', () => ({ iat: `${now()}` }), wrong],
  ['nbf as text', () => ({ nbf: '0' }), wrong],
  ['auth_time as text', () => ({ auth_time: `${now()}` }), wrong],
  ['auth_time before the epoch', () => ({ auth_time: -1 }), wrong],
]

test('an ID token is accepted only if every claim is right; else nothing is stored', async ({
  app,
  server,
}) => {
  await expectRows(
    claims,
    ([, , said]) => said,
    async ([, given]) => {
      const before = server.ledger.length
      const outcome = await tryHere(app, server, { token: { idToken: given() } })
      const after = server.ledger.slice(before).map(({ endpoint }) => endpoint)
      // No further request: no UserInfo with a refused token, and no distributed claims.
      expect(after.slice(-2)).toEqual(['authorize', 'token'])
      return outcome
    },
  )
  expect(await leaks(app, server)).toEqual([])
})

const aged = (seconds: number) => () => ({ auth_time: now() - seconds })
const short = 'step_up_required'

const demands: [name: string, leg: Leg, claims: () => Record<string, unknown>, said: string][] = [
  ['max_age=0: authenticated just now', { maxAge: 0 }, aged(0), fine],
  ['max_age=0: an hour ago', { maxAge: 0 }, aged(hour), short],
  ['max_age: an hour ago, of two', { maxAge: 2 * hour }, aged(hour), fine],
  ['max_age: three hours ago, of two', { maxAge: 2 * hour }, aged(3 * hour), short],
  ['max_age as one of params', { params: { max_age: '60' } }, aged(hour), short],
  [
    'max_age: the server does not say when',
    { maxAge: 60 },
    () => ({ auth_time: undefined }),
    short,
  ],
  ['max_age: the server says 0', { maxAge: 60 }, () => ({ auth_time: 0 }), short],
  ['no max_age: a year ago', {}, aged(8760 * hour), fine],
  ['acr_values: one of them', { acrValues: 'silver gold' }, () => ({ acr: 'gold' }), fine],
  ['acr_values: another', { acrValues: 'silver gold' }, () => ({ acr: 'bronze' }), short],
  [
    'acr_values: a part of one',
    { acrValues: 'silver gold' },
    () => ({ acr: 'silver gold' }),
    short,
  ],
  ['acr_values: a list', { acrValues: 'gold' }, () => ({ acr: ['gold'] }), short],
  ['acr_values: none is said', { acrValues: 'gold' }, () => ({ acr: undefined }), fine],
  ['no acr_values', {}, () => ({ acr: 'bronze' }), fine],
]

test('T39: a sign-in that asked for step-up gets it, or fails with step_up_required', async ({
  app,
  server,
}) => {
  await expectRows(
    demands,
    ([, , , said]) => said,
    ([, leg, given]) => tryHere(app, server, { leg, token: { idToken: given() } }),
  )

  await test.step('time that the user spends at the server does not count', async () => {
    type Pending = Record<string, { createdAt: number }>
    const meanwhile = (): Promise<void> =>
      edit<Pending>(app, 'pixy-auth:transactions', (all) => {
        for (const one of Object.values(all)) one.createdAt -= 600_000
      })
    const token = { idToken: { auth_time: now() - 595 } }
    expect(await tryHere(app, server, { leg: { maxAge: 0 }, token, meanwhile })).toBe(fine)
  })

  await test.step('a live session stays as it was', async () => {
    await signInHere(app, server)
    const before = await app.state()
    const token = { idToken: { acr: 'bronze' } }
    expect(await signInHere(app, server, { leg: { acrValues: 'gold' }, token })).toBe(fine)
    expect(await app.state()).toEqual(before)
  })
})

const asymmetric = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512']

test('only asymmetric algorithms count, whatever the metadata lists', async ({ app, server }) => {
  const refused = ['none', 'HS256', 'HS384', 'HS512', 'ML-DSA-44', 'ES256K', 'RS1', 'toString']
  const signer = createSigner('ES256')
  expect(await tryHere(app, server, {})).toBe(fine)
  const lists: [name: string, listed: unknown][] = [
    ['all of them', [...refused, ...asymmetric]],
    ['only what is refused', refused],
    ['nothing', undefined],
    ['an empty list', []],
    ['a word', 'none'],
  ]
  for (const [name, listed] of lists)
    await test.step(`${name} is listed`, async () => {
      server.options.metadata = { id_token_signing_alg_values_supported: listed }
      await overwrite(app)
      const rows = refused.flatMap((alg) => [
        [alg, keyless(alg, alg === 'none' ? '' : 'AAAA')] as const,
      ])
      await expectRows(
        [...rows, ['ES256', signer] as const],
        ([alg]) => (alg === 'ES256' ? fine : wrong),
        ([, by]) => tryHere(app, server, { token: signedBy(by) }),
      )
    })

  await test.step('fapi2 invalid-alternate-alg: one that the server does not list', async () => {
    server.options.metadata = { id_token_signing_alg_values_supported: ['RS256'] }
    await overwrite(app)
    expect(await tryHere(app, server, { token: signedBy(signer) })).toBe(wrong)
  })

  await test.step('at_hash is of the size that the algorithm says', async () => {
    server.options.metadata = { id_token_signing_alg_values_supported: undefined }
    await overwrite(app)
    const algorithms = [...asymmetric, 'EdDSA', 'Ed25519'].map((alg) => [alg] as const)
    await expectRows(
      algorithms,
      () => fine,
      ([alg]) => tryHere(app, server, { token: signedBy(keyless(alg)) }),
    )
  })
})
