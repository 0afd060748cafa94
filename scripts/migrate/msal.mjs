// The table of @azure/msal-browser and @azure/msal-react.
import { nested, options, scopesOf, signsOutTo, withDefault } from './arguments.mjs'

/** @typedef {import('./types.js').Call} Call */
/** @typedef {import('./types.js').Member} Member */
/** @typedef {import('ts-morph').Node} Node */

/** The scopes that MSAL adds by itself. */
const OWN = 'openid profile offline_access'

/** @param {Node} value @param {Call} call @param {string} [own] @returns {string[]} */
function scope(value, call, own) {
  const text = scopesOf(value, call)
  if (text === undefined)
    call.todo(`Write \`${value.getText()}\` as one text, with a space between the scopes.`)
  else if (own !== undefined) return [`scope: '${[own, text].filter(Boolean).join(' ')}'`]
  else if (text !== '') return [`scope: '${text}'`]
  return []
}

const REQUEST = {
  account: undefined,
  redirectStartPage: 'returnTo',
  redirectUri: undefined,
  prompt: 'prompt',
  loginHint: 'loginHint',
  domainHint: (/** @type {Node} */ value, /** @type {Call} */ call) => [
    `params: { domain_hint: ${call.render(value)} }`,
  ],
  extraQueryParameters: 'params',
  state: (/** @type {Node} */ _, /** @type {Call} */ call) => {
    call.todo('`state` came back with the user; here `returnTo` is the page to come back to.')
    return []
  },
  claims: (/** @type {Node} */ _, /** @type {Call} */ call) => {
    call.todo('Give the claims challenge as `params: { claims }`.')
    return []
  },
}

const login = options({ ...REQUEST, scopes: (value, call) => scope(value, call, OWN) })
const popup = (/** @type {Call} */ call) => {
  const given = login(call)
  return given === '' ? "{ via: 'popup' }" : given.replace('{ ', "{ via: 'popup', ")
}
const silent = (/** @type {Call} */ call) => {
  const given = login(call)
  return given === '' ? "{ via: 'iframe' }" : given.replace('{ ', "{ via: 'iframe', ")
}
const token = options({
  ...REQUEST,
  scopes: (value, call) => scope(value, call),
  forceRefresh: undefined,
  authority: undefined,
})

/** The scope of a token, for the `resources` entry of its API. @param {Call} call */
function scopeOf(call) {
  const text = token({ ...call, todo: () => {} })
  return /scope: '([^']+)'/.exec(text)?.[1]
}

const logout = options({
  account: undefined,
  logoutHint: undefined,
  idTokenHint: undefined,
  mainWindowRedirectUri: undefined,
  postLogoutRedirectUri: signsOutTo,
})

const none = () => ''

/** @param {Call} call */
const user = ({ object, need }) => {
  need('userOf')
  return `userOf(${object})`
}

/** @param {Call} call */
const started = ({ object, need }) => {
  need('startedUser')
  return `startedUser(${object})`
}

/** @type {Record<string, Member>} */
const account = {
  username: { to: 'preferred_username' },
  localAccountId: { to: 'oid' },
  tenantId: { to: 'tid' },
  name: { to: 'name' },
  idTokenClaims: { to: '', kind: 'claims' },
  homeAccountId: { todo: 'there is one user at a time; `sub` and `oid` name the user.' },
  environment: { todo: 'the issuer is `session.issuer`.' },
  idToken: { todo: 'the ID token stays inside: its claims are in `user`.' },
}

/** @type {import('./types.js').Library} */
export const msal = {
  packages: ['@azure/msal-browser', '@azure/msal-react'],
  anchor: 'msal',
  exports: {
    PublicClientApplication: { is: 'class', type: 'Auth', value: 'client' },
    IPublicClientApplication: { type: 'Auth', value: 'client' },
    createStandardPublicClientApplication: { is: 'create' },
    Configuration: { type: 'AuthOptions' },
    AccountInfo: { type: 'Claims', value: 'account' },
    InteractionRequiredAuthError: { is: 'error' },
    InteractionStatus: { unused: true },
    MsalProvider: { is: 'provider' },
    useMsal: { is: 'hook' },
    useIsAuthenticated: { is: 'state-hook', to: 'isAuthenticated' },
    useAccount: { is: 'state-hook', to: 'user', value: 'account' },
    AuthenticatedTemplate: { is: 'template' },
    UnauthenticatedTemplate: { is: 'template', to: 'fallback' },
    MsalAuthenticationTemplate: { is: 'template', to: 'required' },
  },
  members: {
    client: {
      initialize: { to: 'start', args: none },
      handleRedirectPromise: { write: started, kind: 'result', args: none },
      loginRedirect: { to: 'signIn', args: login },
      loginPopup: { to: 'signIn', args: popup },
      acquireTokenRedirect: { to: 'signIn', args: login },
      acquireTokenPopup: { to: 'signIn', args: popup },
      ssoSilent: { to: 'signIn', args: silent },
      acquireTokenSilent: { to: 'getAccessToken', kind: 'tokens', args: token, scope: scopeOf },
      logoutRedirect: { to: 'signOut', args: logout },
      logoutPopup: { to: 'signOut', args: logout },
      logout: { to: 'signOut', args: logout },
      clearCache: { to: 'signOut', args: () => '{ local: true }' },
      getAllAccounts: {
        write: (call) => `[${user(call)} ?? []].flat()`,
        kind: 'accounts',
        args: none,
      },
      getActiveAccount: { write: user, kind: 'account', args: none },
      getAccount: { write: user, kind: 'account', args: none },
      setActiveAccount: { drop: true, args: none },
      enableAccountStorageEvents: { drop: true, args: none },
      addEventCallback: {
        todo: '`subscribe(listener)` tells of every change of the state.',
        args: none,
      },
    },
    hooked: {
      instance: { to: 'auth', kind: 'client' },
      accounts: { write: ({ from }) => `[${from('user')} ?? []].flat()`, kind: 'accounts' },
      inProgress: { kind: 'progress' },
    },
    account,
    result: {
      account: { to: '', kind: 'account' },
      accessToken: { kind: 'token' },
      idTokenClaims: { to: '', kind: 'claims' },
    },
    tokens: { accessToken: { to: '', kind: 'token' } },
  },
  options: {
    auth: nested({
      clientId: 'clientId',
      authority: 'authority',
      redirectUri: 'redirectUri',
      postLogoutRedirectUri: 'postLogoutRedirectUri',
      navigateToLoginRequestUrl: undefined,
      knownAuthorities: undefined,
      cloudDiscoveryMetadata: undefined,
      authorityMetadata: undefined,
      clientCapabilities: undefined,
      protocolMode: ({ value }) => (/OIDC/.test(value.getText()) ? [['oidc', 'true']] : []),
    }),
    cache: nested({
      cacheLocation: ({ value }) => {
        if (/memory/i.test(value.getText())) return [['store', "'memory'"]]
        return /session/i.test(value.getText()) ? [['store', "'session'"]] : []
      },
      storeAuthStateInCookie: undefined,
      secureCookies: undefined,
      temporaryCacheLocation: undefined,
      cacheMigrationEnabled: undefined,
      claimsBasedCachingEnabled: undefined,
      cacheRetentionDays: undefined,
    }),
    system: ({ value }) =>
      /protocolMode[^,}]*OIDC/.test(value.getText()) ? [['oidc', 'true']] : [],
    telemetry: undefined,
    children: undefined,
  },
  finish(given, todo) {
    const isPlain = given.some(([name]) => name === 'oidc')
    const authority =
      given.find(([name]) => name === 'authority')?.[1] ??
      "'https://login.microsoftonline.com/common'"
    if (/b2clogin|ciamlogin/.test(authority))
      todo('Check `issuer` against the metadata of the tenant: docs/providers.md says how.')
    const others = given.filter(([name]) => name !== 'authority' && name !== 'oidc')
    return withDefault(
      [['issuer', isPlain ? authority : versionOf(authority)], ...others],
      'scope',
      `'${OWN}'`,
    )
  },
}

/** The issuer of an authority of Entra ID. @param {string} authority code */
function versionOf(authority) {
  const literal = /^(['"`])([^]*?)\/?\1$/.exec(authority)
  return literal ? `${literal[1]}${literal[2]}/v2.0${literal[1]}` : `\`\${${authority}}/v2.0\``
}
