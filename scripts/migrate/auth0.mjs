// The table of auth0-spa-js and auth0-react.
import { nested, options, signsOutTo, valueOf, when, withDefault, withScope } from './arguments.mjs'

/** @typedef {import('./types.js').Call} Call */
/** @typedef {import('./types.js').Member} Member */
/** @typedef {import('ts-morph').Node} Node */

const PARAMS = {
  prompt: 'prompt',
  login_hint: 'loginHint',
  acr_values: 'acrValues',
  max_age: 'maxAge',
  ui_locales: 'uiLocales',
  scope: 'scope',
}

/** Parameters that only Auth0 has. */
const EXTRA = ['connection', 'organization', 'invitation', 'screen_hint']

/** `authorizationParams` of a sign-in. @param {Node} value @param {Call} call */
function paramsOf(value, call) {
  const extra = /** @type {string[]} */ ([])
  const rules = Object.fromEntries(
    EXTRA.map((name) => [
      name,
      (/** @type {Node} */ one) => {
        extra.push(`${name}: ${call.render(one)}`)
        return []
      },
    ]),
  )
  const all = options({
    ...PARAMS,
    redirect_uri: ofClient('redirectUri'),
    audience: ofClient('params'),
    ...rules,
  })({ ...call, args: [value] })
  const parts = all === '' ? [] : [all.slice(2, -2)]
  return extra.length > 0 ? [...parts, `params: { ${extra.join(', ')} }`] : parts
}

/** The rule for a property that only the client's options may have. @param {string} option */
const ofClient = (option) => (/** @type {Node} */ value, /** @type {Call} */ call) => {
  if (!call.isOption(value))
    call.todo(`\`${value.getText()}\` belongs into \`${option}\` of the client.`)
  return []
}

const login = options({
  authorizationParams: paramsOf,
  appState: (value, call) => {
    const [property, ...others] = call.objectOf(value)?.getProperties() ?? []
    const target =
      property &&
      /^(?:returnTo|target)$/.test('getName' in property ? property.getName() : '') &&
      valueOf(property)
    if (target && others.length === 0) return [`returnTo: ${call.render(target)}`]
    call.todo(
      '`appState` came back after the sign-in; here `returnTo` is the page to come back to.',
    )
    return []
  },
  fragment: undefined,
})

const logout = (/** @type {Call} */ call) => {
  const text = options({
    logoutParams: (value, inner) => {
      options({ returnTo: signsOutTo, federated: undefined, clientId: undefined })({
        ...inner,
        args: [value],
      })
      return []
    },
    openUrl: (value) => (value.getText() === 'false' ? ['local: true'] : []),
    clientId: undefined,
  })(call)
  return text
}

/** Options of a token. @param {Call} call */
const token = (call) => {
  const found = options({
    authorizationParams: (value, inner) => {
      const text = options({
        audience: ofClient('params'),
        scope: 'scope',
        redirect_uri: ofClient('redirectUri'),
      })({ ...inner, args: [value] })
      return text === '' ? [] : [text.slice(2, -2)]
    },
    cacheMode: undefined,
    timeoutInSeconds: undefined,
    detailedResponse: (_, inner) => {
      inner.todo('`detailedResponse` has no counterpart.')
      return []
    },
  })(call)
  return found
}

/** @type {Record<string, Member>} */
const methods = {
  loginWithRedirect: { to: 'signIn', args: login },
  loginWithPopup: {
    to: 'signIn',
    args: (call) => {
      const given = login({ ...call, args: call.args.slice(0, 1) })
      return given === '' ? "{ via: 'popup' }" : given.replace('{ ', "{ via: 'popup', ")
    },
  },
  logout: { to: 'signOut', args: logout },
}

/** @param {Call} call */
const started = ({ object, need }) => {
  need('startedUser')
  return `startedUser(${object})`
}
const none = () => ''

/** @type {import('./types.js').Library} */
export const auth0 = {
  packages: ['@auth0/auth0-spa-js', '@auth0/auth0-react'],
  anchor: 'auth0-spa-js-and-auth0-react',
  exports: {
    Auth0Client: { is: 'class', type: 'Auth', value: 'client' },
    createAuth0Client: { is: 'create' },
    Auth0ClientOptions: { type: 'AuthOptions' },
    Auth0ProviderOptions: { type: 'AuthOptions' },
    User: { type: 'Claims', value: 'claims' },
    Auth0Provider: { is: 'provider' },
    useAuth0: { is: 'hook' },
  },
  members: {
    client: {
      ...methods,
      handleRedirectCallback: { to: 'start', callback: true, args: none },
      checkSession: { to: 'start', args: none },
      isAuthenticated: { write: (call) => `${started(call)}.then(Boolean)`, args: none },
      getUser: { write: started, kind: 'claims', args: none },
      getIdTokenClaims: { write: started, kind: 'claims', args: none },
      getTokenSilently: { to: 'getAccessToken', kind: 'token', args: token },
      getTokenWithPopup: {
        todo: "use `signIn({ via: 'popup' })`, then `getAccessToken()`.",
        args: none,
      },
    },
    hooked: {
      ...methods,
      isLoading: { to: 'isLoading' },
      isAuthenticated: { to: 'isAuthenticated' },
      error: { to: 'error' },
      user: { to: 'user', kind: 'claims' },
      getAccessTokenSilently: { to: 'getAccessToken', kind: 'token', args: token },
      getIdTokenClaims: {
        write: ({ from }) => `Promise.resolve(${from('user')})`,
        kind: 'claims',
        args: none,
      },
      handleRedirectCallback: { write: ({ from }) => `${from('auth')}.start()`, args: none },
      getAccessTokenWithPopup: {
        todo: "use `signIn({ via: 'popup' })`, then `getAccessToken()`.",
        args: none,
      },
    },
  },
  options: {
    domain: ({ value, literal, render }) => {
      const text = literal(value)
      if (text !== undefined)
        return [['issuer', `'https://${text.replace(/^https:\/\/|\/$/g, '')}/'`]]
      return [['issuer', `\`https://\${${render(value)}}/\``]]
    },
    clientId: 'clientId',
    authorizationParams: nested({
      redirect_uri: 'redirectUri',
      scope: 'scope',
      audience: ({ value, render }) => [['params', `{ audience: ${render(value)} }`]],
      ...Object.fromEntries(
        [...EXTRA, 'prompt', 'login_hint', 'ui_locales', 'max_age', 'acr_values'].map((name) => [
          name,
          ({ value, todo }) => {
            todo(`Give \`${name}: ${value.getText()}\` to \`signIn()\`.`)
            return []
          },
        ]),
      ),
    }),
    useRefreshTokens: when('offline', 'true'),
    useDpop: when('dpop', 'true'),
    cacheLocation: ({ value, literal }) =>
      literal(value) === 'memory' ? [['store', "'memory'"]] : [],
    authorizeTimeoutInSeconds: undefined,
    httpTimeoutInSeconds: 'timeout',
    ...Object.fromEntries(
      [
        'onRedirectCallback',
        'skipRedirectCallback',
        'useRefreshTokensFallback',
        'useCookiesForTransactions',
        'useFormData',
        'cookieDomain',
        'legacySameSiteCookie',
        'sessionCheckExpiryDays',
        'nowProvider',
        'workerUrl',
        'cache',
        'auth0Client',
        'leeway',
        'children',
      ].map((name) => [name, undefined]),
    ),
  },
  // Auth0 gives a refresh token for the scope `offline_access`, which auth0-spa-js requests by `useRefreshTokens`.
  finish(given) {
    const isOffline = given.some(([name]) => name === 'offline')
    const others = given.filter(([name]) => name !== 'offline')
    const all = others.map(([name, text]) =>
      name === 'scope' && !/openid/.test(text)
        ? /** @type {const} */ ([name, text.replace(/^(['"`])/, '$1openid ')])
        : /** @type {const} */ ([name, text]),
    )
    const scoped = withDefault([...all], 'scope', "'openid profile email'")
    const full =
      isOffline && !/offline_access/.test(String(scoped))
        ? withScope(scoped, 'offline_access')
        : scoped
    return withDefault(full, 'redirectUri', 'window.location.origin')
  },
}
