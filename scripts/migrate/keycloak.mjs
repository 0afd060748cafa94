// The table of keycloak-js.
import { options, signsOutTo } from './arguments.mjs'

/** @typedef {import('./types.js').Call} Call */

const login = options({
  redirectUri: 'returnTo',
  loginHint: 'loginHint',
  locale: 'uiLocales',
  maxAge: 'maxAge',
  prompt: 'prompt',
  scope: (value, call) => {
    const text = call.literal(value)
    return [
      text === undefined
        ? `scope: \`openid \${${call.render(value)}}\``
        : `scope: 'openid ${text}'`,
    ]
  },
  idpHint: (value, call) => [`params: { kc_idp_hint: ${call.render(value)} }`],
  action: (value, call) => [`params: { kc_action: ${call.render(value)} }`],
  acr: (_, call) => {
    call.todo('`acr` became the claims parameter; here `acrValues` names the classes.')
    return []
  },
})

const CALLBACKS = [
  'onReady',
  'onAuthSuccess',
  'onAuthError',
  'onAuthRefreshSuccess',
  'onAuthRefreshError',
  'onAuthLogout',
]

/** @param {Call} call */
const user = ({ object, need }) => {
  need('userOf')
  return `userOf(${object})`
}
const none = () => ''

/** @param {Call} call */
function init({ args, object, objectOf, literal, todo }) {
  const given = objectOf(args[0])
  const onLoad = given?.getProperty('onLoad')
  const value = onLoad && 'getInitializer' in onLoad ? onLoad.getInitializer() : undefined
  if (literal(value) === 'login-required') return `${object}.require().then(() => true)`
  if (literal(value) === 'check-sso')
    todo(
      '`check-sso` asked Keycloak at each load. Here the session is stored; `restore: true` asks where there is none.',
    )
  return `${object}.start().then(({ status }) => status === 'signed-in')`
}

/** @type {import('./types.js').Library} */
export const keycloak = {
  packages: ['keycloak-js'],
  anchor: 'keycloak-js',
  exports: {
    default: { is: 'class', type: 'Auth', value: 'client' },
    KeycloakInstance: { type: 'Auth', value: 'client' },
    KeycloakConfig: { type: 'AuthOptions' },
    KeycloakTokenParsed: { type: 'Claims', value: 'claims' },
    KeycloakProfile: { type: 'Claims', value: 'claims' },
  },
  members: {
    client: {
      init: { write: init, args: none },
      login: { to: 'signIn', args: login },
      register: {
        to: 'signIn',
        args: (call) => {
          const given = login(call)
          return given === '' ? "{ prompt: 'create' }" : given.replace('{ ', "{ prompt: 'create', ")
        },
      },
      logout: { to: 'signOut', args: options({ redirectUri: signsOutTo }) },
      clearToken: { to: 'signOut', args: () => '{ local: true }' },
      updateToken: {
        to: 'getAccessToken',
        renews: true,
        args: ({ args: [seconds], render }) =>
          seconds && !seconds.getText().startsWith('-') ? `{ minTtl: ${render(seconds)} }` : '',
      },
      loadUserInfo: { to: 'userInfo', kind: 'claims', args: none },
      loadUserProfile: { to: 'userInfo', kind: 'claims', args: none },
      authenticated: { write: (call) => `(${user(call)} !== undefined)` },
      token: { kind: 'token' },
      idTokenParsed: { write: user, kind: 'claims' },
      tokenParsed: { write: user, kind: 'claims' },
      profile: { write: user, kind: 'claims' },
      userInfo: { write: user, kind: 'claims' },
      subject: { write: (call) => `${user(call)}?.sub` },
      onTokenExpired: { drop: true },
      ...Object.fromEntries(
        CALLBACKS.map((name) => [
          name,
          { todo: '`subscribe(listener)` tells of every change of the state.' },
        ]),
      ),
      ...Object.fromEntries(
        ['hasRealmRole', 'hasResourceRole'].map((name) => [
          name,
          {
            todo: 'put the roles into the ID token by a mapper, and read them in `state.user`.',
            args: none,
          },
        ]),
      ),
      realmAccess: {
        todo: 'put the roles into the ID token by a mapper, and read them in `state.user`.',
      },
      resourceAccess: {
        todo: 'put the roles into the ID token by a mapper, and read them in `state.user`.',
      },
      isTokenExpired: { write: () => 'false', never: true, args: none },
      accountManagement: { todo: 'link to the account console of the realm.', args: none },
    },
    claims: {
      realm_access: {
        todo: 'put the roles into the ID token by a mapper, and read them in `state.user`.',
      },
      resource_access: {
        todo: 'put the roles into the ID token by a mapper, and read them in `state.user`.',
      },
    },
  },
  options: {
    url: ({ value, literal, render }) => [
      ['url', literal(value)?.replace(/\/$/, '') ?? `\${${render(value)}}`],
    ],
    realm: ({ value, literal, render }) => [['realm', literal(value) ?? `\${${render(value)}}`]],
    clientId: 'clientId',
  },
  finish(given, todo) {
    const textOf = (/** @type {string} */ name) => given.find(([one]) => one === name)?.[1]
    const [url, realm] = [textOf('url'), textOf('realm')]
    if (url === undefined || realm === undefined) {
      todo('Write `issuer`: the URL of Keycloak with `/realms/` and the realm.')
      return given
    }
    const issuer = `${url}/realms/${realm}`
    const quote = issuer.includes('${') ? '`' : "'"
    return [
      ['issuer', `${quote}${issuer}${quote}`],
      ...given.filter(([name]) => name !== 'url' && name !== 'realm'),
      ['scope', "'openid'"],
    ]
  },
}
