// The table of oidc-client-ts and react-oidc-context.
import { options, signsOutTo, withDefault } from './arguments.mjs'

const signIn = options({
  prompt: 'prompt',
  login_hint: 'loginHint',
  acr_values: 'acrValues',
  max_age: 'maxAge',
  ui_locales: 'uiLocales',
  scope: 'scope',
  resource: 'resource',
  extraQueryParams: 'params',
  redirectMethod: undefined,
  nonce: undefined,
  state: (_, call) => {
    call.todo('`state` came back with the user; here `returnTo` is the page to come back to.')
    return []
  },
})

const signOut = options({
  post_logout_redirect_uri: signsOutTo,
  id_token_hint: undefined,
})

const methods = {
  signinRedirect: { to: 'signIn', args: signIn },
  signinPopup: {
    to: 'signIn',
    args: (/** @type {import('./types.js').Call} */ call) => {
      const given = signIn(call)
      return given === '' ? "{ via: 'popup' }" : given.replace('{ ', "{ via: 'popup', ")
    },
  },
  signoutRedirect: { to: 'signOut', args: signOut },
  signoutPopup: { to: 'signOut', args: signOut },
  removeUser: { to: 'signOut', args: () => '{ local: true }' },
}

/** @type {import('./types.js').Library} */
export const oidc = {
  packages: ['oidc-client-ts', 'react-oidc-context'],
  anchor: 'oidc-client-ts-and-react-oidc-context',
  exports: {
    UserManager: { is: 'class', type: 'Auth', value: 'client' },
    UserManagerSettings: { type: 'AuthOptions' },
    AuthProviderProps: { type: 'AuthOptions' },
    User: { type: 'Claims', value: 'user' },
    UserProfile: { type: 'Claims', value: 'claims' },
    WebStorageStateStore: { unused: true },
    InMemoryWebStorage: { unused: true },
    Log: {},
    AuthProvider: { is: 'provider' },
    useAuth: { is: 'hook' },
  },
  members: {
    client: {
      ...methods,
      signinRedirectCallback: { write: started, kind: 'user', callback: true, args: none },
      signinCallback: { write: started, kind: 'user', callback: true, args: none },
      signinPopupCallback: { write: started, kind: 'user', callback: true, args: none },
      signinSilentCallback: { drop: true, args: none },
      signoutRedirectCallback: { drop: true, args: none },
      signoutCallback: { drop: true, args: none },
      signinSilent: { to: 'refresh', args: none },
      getUser: { write: started, kind: 'user', args: none },
      clearStaleState: { drop: true, args: none },
      startSilentRenew: { drop: true, args: none },
      stopSilentRenew: { drop: true, args: none },
      revokeTokens: { todo: '`signOut()` revokes the refresh token.' },
      events: { todo: '`subscribe(listener)` tells of every change of the state.' },
      settings: { todo: 'The options are not kept: keep your own.' },
    },
    hooked: {
      ...methods,
      isLoading: { to: 'isLoading' },
      isAuthenticated: { to: 'isAuthenticated' },
      error: { to: 'error' },
      user: { to: 'user', kind: 'user' },
      signinSilent: { write: ({ on }) => `${on('auth')}.refresh()`, args: none },
      activeNavigator: { write: () => 'undefined' },
      clearStaleState: { drop: true, args: none },
      startSilentRenew: { drop: true, args: none },
      stopSilentRenew: { drop: true, args: none },
      revokeTokens: { todo: '`signOut()` revokes the refresh token.' },
      events: { todo: '`auth.subscribe(listener)` tells of every change of the state.' },
      settings: { todo: 'The options are not kept: keep your own.' },
    },
    user: {
      profile: { to: '', kind: 'claims' },
      access_token: { kind: 'token' },
      expired: { never: true, write: () => 'false' },
      id_token: { todo: 'The ID token stays inside: its claims are in `user`.' },
      refresh_token: { todo: 'The refresh token stays inside.' },
      expires_at: { todo: '`getAccessToken()` never returns an expired token.' },
      expires_in: { todo: '`getAccessToken()` never returns an expired token.' },
      scope: { todo: 'The granted scope is `session.scope`.' },
      scopes: { todo: 'The granted scope is `session.scope`.' },
      state: { todo: '`returnTo` of `signIn()` takes the place of `state`.' },
    },
  },
  finish: (given) => withDefault(given, 'scope', "'openid'"),
  options: {
    authority: 'issuer',
    client_id: 'clientId',
    redirect_uri: 'redirectUri',
    post_logout_redirect_uri: 'postLogoutRedirectUri',
    scope: 'scope',
    extraQueryParams: 'params',
    extraTokenParams: 'tokenParams',
    metadata: 'server',
    metadataSeed: 'server',
    dpop: () => [['dpop', 'true']],
    resource: ({ value, todo }) => {
      todo(`Write \`resource: ${value.getText()}\` into an entry of \`resources\`.`)
      return []
    },
    prompt: ({ value, todo }) => {
      todo(`Give \`prompt: ${value.getText()}\` to \`signIn()\`.`)
      return []
    },
    userStore: ({ value }) => {
      if (/InMemory/.test(value.getText())) return [['store', "'memory'"]]
      return /sessionStorage/.test(value.getText()) ? [['store', "'session'"]] : []
    },
    loadUserInfo: ({ value, todo }) => {
      if (value.getText() !== 'false')
        todo('Call `auth.userInfo()` for the claims of the UserInfo endpoint.')
      return []
    },
    client_secret: ({ todo }) => {
      todo('No page can keep a secret: register a public client.')
      return []
    },
    ...Object.fromEntries(
      [
        'response_type',
        'response_mode',
        'stateStore',
        'automaticSilentRenew',
        'silent_redirect_uri',
        'silentRequestTimeoutInSeconds',
        'validateSubOnSilentRenew',
        'accessTokenExpiringNotificationTimeInSeconds',
        'checkSessionIntervalInSeconds',
        'filterProtocolClaims',
        'includeIdTokenInSilentRenew',
        'includeIdTokenInSilentSignout',
        'monitorSession',
        'popup_redirect_uri',
        'revokeTokensOnSignout',
        'revokeTokenTypes',
        'staleStateAgeInSeconds',
        'disablePKCE',
        'onSigninCallback',
        'onRemoveUser',
        'onSignoutCallback',
        'matchSignoutCallback',
        'skipSigninCallback',
        'children',
      ].map((name) => [name, undefined]),
    ),
  },
}

/** @param {import('./types.js').Call} call */
function started({ object, need }) {
  need('startedUser')
  return `startedUser(${object})`
}

function none() {
  return ''
}
