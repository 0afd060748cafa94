// What the switches of the demo show a person.
const page = 'package'

/** @param {string} title */
const show = (title) => ['browser/demo-show.spec.ts', '-g', title]

/** @type {import('../defences.mjs').Defence[]} */
export const demo = [
  {
    name: 'a token that the API of the demo takes for expired is renewed, and the call made again',
    in: 'fetchResource.answer',
    replace: 'response.status !== 401 && !challengeIn(response)',
    with: 'response.status > 0',
    page,
    tests: show('Expire the token'),
  },
  {
    name: 'a network that breaks under a refresh ends no session',
    in: 'failed',
    replace: 'unknownOutcome(context, attempt, error)',
    with: 'endSession(context.session, attempt, error)',
    page,
    tests: show('Break the network'),
  },
  {
    name: 'a session whose refresh token was refused says so',
    in: 'refuse',
    replace: "refreshToken ? 'refused' : 'expired'",
    with: "'expired'",
    page,
    tests: show('Lose a refresh answer'),
  },
  {
    name: 'a demand of an API sends the user to the server',
    in: 'stepUp',
    replace: "how === 'redirect' && mayLeave()",
    with: "how === 'popup' && mayLeave()",
    page,
    tests: show('asks for a second'),
  },
  {
    name: 'a demand of an API opens a popup where the app says so',
    in: 'stepUp',
    replace: "signIn({ ...options, via: 'popup' })",
    with: 'signIn(options)',
    page,
    tests: show('asks for a second'),
  },
  {
    name: 'a short token serves until a quarter of its life is left',
    in: 'createClock.needsRenewal',
    replace: 'Math.min(30_000 * (1 + spread), (token.expiresAt - token.receivedAt) / 4)',
    with: '30_000 * (1 + spread)',
    page,
    tests: show('Short tokens'),
  },
  {
    name: 'the option `par` pushes the request',
    in: 'mustPush',
    replace: 'par || isRequired',
    with: 'par && isRequired',
    page,
    tests: show('DPoP and PAR'),
  },
  {
    name: 'the option `dpop` binds the tokens to a key',
    in: 'newKey',
    replace: '!config.dpop',
    with: 'config.dpop',
    page,
    tests: show('DPoP and PAR'),
  },
  {
    name: 'a server whose endpoints are given is asked for no metadata',
    in: 'metadata',
    replace: 'authorization_endpoint && token_endpoint',
    with: 'authorization_endpoint && !token_endpoint',
    page,
    tests: show('a plain OAuth server'),
  },
  {
    name: 'an access token lives as long as an older server says by `expires`',
    in: 'lifetime',
    replace: '[expires_in, expires]',
    with: '[expires_in]',
    page,
    tests: show('a plain OAuth server'),
  },
  {
    name: 'of twenty tabs that call at once, one renews the token',
    in: 'decide',
    replace: 'isRenewed || active.id !== request.id',
    with: 'isRenewed && active.id !== request.id',
    page,
    tests: show('20 tabs'),
  },
  {
    name: 'a call goes through the backend where the resource has a name',
    in: 'createCalls.fetch',
    replace: 'resource.name === undefined',
    with: 'resource.name !== undefined',
    page,
    tests: show('Backend, proxy'),
  },
  {
    name: 'no refresh token is called refused where there was none',
    in: 'refuse',
    replace: "refreshToken ? 'refused' : 'expired'",
    with: "'refused'",
    tests: ['unit/refresh-refusals.spec.ts', '-g', 'without a refresh token'],
  },
  {
    name: 'the picture says that the sign-in goes on for consent, without a click',
    in: 'withConsent',
    replace: "by: 'consent'",
    with: 'by: undefined',
    tests: ['unit/trace-begin.spec.ts', '-g', 'goes on with'],
  },
]
