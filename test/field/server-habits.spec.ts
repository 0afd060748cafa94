import type { MockServerOptions } from '../../src/testing/index.js'
import { expect, test } from '../support/fixture.js'
import { expectHabit, type Habit } from '../support/habits.js'

// What ten servers were seen to do, each a dial of the mock server: a row for each server and habit.
// Other habits: dead-refresh-tokens, pushed-requests, refused-consent, offline-access, server-habits-end.

const inOpenid = ['openid', 'profile', 'email']
const withoutOffline = { scope: inOpenid.join(' ') }
const noMetadata = (...names: string[]): Record<string, unknown> =>
  Object.fromEntries(names.map((name) => [name, undefined]))
const dead = (status: number, error?: string): Partial<MockServerOptions> => ({
  deadRefreshToken: { status, ...(error && { error }) },
})

const understated = {
  metadata: {
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
    grant_types_supported: ['authorization_code'],
    response_types_supported: ['code', 'refresh_token'],
  },
}
const unknown = { known: inOpenid }

interface Row extends Habit {
  /** What becomes of the grant, or of the client, before the refresh. */
  readonly ends?: 'grant' | 'client'
}

const rows: [server: string, does: string, row: Row][] = [
  [
    'Keycloak',
    'puts typ and sid into the ID token',
    { server: { idTokenClaims: ['typ', 'sid'], claims: { typ: 'ID', sid: '1' } } },
  ],
  [
    'Keycloak',
    'says not_allowed to offline_access, without CORS headers',
    { server: { cors: 'no-errors', scopes: { ...unknown, others: 'late' } }, signsIn: 'cors' },
  ],
  [
    'Keycloak',
    'says 401 invalid_client of a client that is disabled',
    { ends: 'client', refresh: 'oauth_error' },
  ],
  [
    'Keycloak',
    'puts kc_action_status beside the code',
    { server: { callbackParams: { kc_action_status: 'success' } } },
  ],
  ['Keycloak', 'begins a slow sign-in again', { server: { visits: 2 } }],
  [
    'Spring',
    'gives public clients no refresh token',
    {
      server: { refreshTokens: 'never' },
      endsByItself: true,
      refresh: 'session_ended',
      after: 'session_ended',
    },
  ],
  [
    'Spring',
    'sends a refresh to its login page',
    { server: { closed: { refresh: 'login-page' } }, refresh: 'invalid_response' },
  ],
  [
    'Spring',
    'sends a pushed request to its login page',
    { server: { closed: { par: 'login-page' } }, options: { par: true } },
  ],
  [
    'Spring',
    'does not look at max_age',
    { server: { authTime: 1_000_000_000 }, leg: { maxAge: 60 }, signsIn: 'step_up_required' },
  ],
  [
    'Spring',
    'refuses offline_access',
    { server: { scopes: { ...unknown, others: 'refused' } }, signsIn: 'oauth_error' },
  ],
  [
    'Spring',
    'does not look at prompt=login',
    { server: { authTime: 1_000_000_000 }, leg: { prompt: 'login' } },
  ],
  [
    'Spring',
    'loses the DPoP binding, and refuses the proof of a refresh',
    {
      server: { dpop: { ignored: 'at-refresh' } },
      options: { dpop: true },
      refresh: 'oauth_error',
    },
  ],
  [
    'Spring',
    'grants the scope of an earlier consent',
    { consent: { scope: 'openid offline_access' } },
  ],
  ['Hydra', 'puts scope beside the code', { server: { callbackParams: { scope: 'openid' } } }],
  ['Hydra', 'is visited three times', { server: { visits: 3 } }],
  [
    'Hydra',
    'puts rat and sid into the ID token',
    { server: { idTokenClaims: ['rat', 'sid'], claims: { rat: 1, sid: '1' } } },
  ],
  [
    'Hydra',
    'does not look at DPoP',
    { server: { dpop: { ignored: 'always' } }, options: { dpop: true } },
  ],
  [
    'Hydra',
    'gives no refresh token without offline_access',
    {
      options: withoutOffline,
      endsByItself: true,
      refresh: 'session_ended',
      after: 'session_ended',
    },
  ],
  [
    'Dex',
    'says 400 invalid_request of a dead refresh token',
    { server: dead(400, 'invalid_request'), ends: 'grant', refresh: 'oauth_error' },
  ],
  [
    'Dex',
    'says 500 invalid_request in a race',
    { server: dead(500, 'invalid_request'), ends: 'grant', refresh: 'server_error' },
  ],
  [
    'Dex',
    'encodes user and connector in sub',
    { consent: { subject: 'Cg0wLTM4NS0yODA4OS0wEgRtb2Nr' } },
  ],
  [
    'zitadel/oidc',
    'always says login_required to prompt=none',
    {
      server: { silent: 'login_required' },
      leg: { prompt: 'none' },
      signsIn: 'interaction_required',
    },
  ],
  [
    'zitadel/oidc',
    'allows no DPoP header',
    { server: { cors: 'no-dpop' }, options: { dpop: true }, signsIn: 'cors' },
  ],
  [
    'zitadel/oidc',
    'puts client_id and amr into the ID token',
    {
      server: { idTokenClaims: ['client_id', 'amr'], claims: { client_id: 'app', amr: ['pwd'] } },
    },
  ],
  [
    'django-oauth-toolkit',
    'gives refresh tokens unasked',
    { server: { refreshTokens: 'always' }, options: withoutOffline },
  ],
  [
    'django-oauth-toolkit',
    'refuses without a description',
    { consent: { error: 'access_denied' }, signsIn: 'access_denied' },
  ],
  [
    'Authlib',
    'drops scopes without a word',
    {
      server: { scopes: { known: [...inOpenid, 'offline_access'], others: 'dropped' } },
      leg: { scope: 'openid offline_access admin' },
    },
  ],
  ['Authlib', 'says the moment of the code as auth_time', { leg: { maxAge: 1 } }],
  [
    'node-oauth2-server',
    'has no ID token',
    {
      server: {
        openid: false,
        metadata: noMetadata('authorization_response_iss_parameter_supported'),
      },
      options: { scope: 'read' },
    },
  ],
  [
    'LemonLDAP::NG',
    'says 400 invalid_request of a refresh token that is gone',
    {
      server: { rotate: false, ...dead(400, 'invalid_request') },
      ends: 'grant',
      refresh: 'oauth_error',
    },
  ],
  ['LemonLDAP::NG', 'does not rotate', { server: { rotate: false } }],
  [
    'LemonLDAP::NG',
    'says consent_required for "no"',
    { consent: { error: 'consent_required' }, signsIn: 'access_denied' },
  ],
  [
    'Glewlwyd',
    'answers an empty 400 to a dead refresh token',
    { server: dead(400), ends: 'grant', refresh: 'invalid_response' },
  ],
  ['Glewlwyd', 'requires a nonce', { server: { requireNonce: true } }],
  ['Glewlwyd', 'says 0 as auth_time', { server: { authTime: 0 } }],
  [
    'Glewlwyd',
    'says 0 as auth_time to maxAge',
    { server: { authTime: 0 }, leg: { maxAge: 60 }, signsIn: 'step_up_required' },
  ],
  ['Glewlwyd', 'lists neither public clients nor refresh tokens', { server: understated }],
  [
    'Glewlwyd',
    'answers a refresh with bearer, iat and no scope',
    { server: { tokenMembers: { token_type: 'bearer', iat: 1, scope: undefined } } },
  ],
  [
    'Glewlwyd',
    'wants the ID token for prompt=none',
    { server: { silent: 'wants-hint' }, leg: { prompt: 'none' }, signsIn: 'oauth_error' },
  ],
  ['Glewlwyd', 'exposes no header', { server: { cors: 'unexposed' } }],
  [
    'Glewlwyd',
    'sends iss and does not announce it',
    { server: { metadata: noMetadata('authorization_response_iss_parameter_supported') } },
  ],
]

for (const [server, does, { ends, ...habit }] of rows)
  test.describe(server, () => {
    test.use({ serverOptions: habit.server ?? {}, options: habit.options ?? {} })

    test(does, async ({ app, server: mock }) => {
      mock.consent = habit.consent ?? {}
      if (does.includes('iss')) mock.options.callbackParams = { iss: mock.issuer }
      if (does.includes('pushed')) {
        await app.open()
        const { error } = await app.attempt(() => window.auth.signIn())
        expect(error).toMatchObject({ code: 'invalid_response', hint: /redirect/ })
        return
      }
      await expectHabit(app, habit, () => {
        if (ends === 'grant') mock.revokeGrants()
        if (ends === 'client') mock.options.clients = []
      })
      const state = await app.state()
      const { user, session } = state.status === 'signed-in' ? state : {}
      if (does.includes('DPoP') && session) expect(session.tokenType).toBe('bearer')
      for (const name of ['typ', 'sid', 'rat', 'client_id', 'amr'])
        expect(user ?? {}).not.toHaveProperty(name)
    })
  })
