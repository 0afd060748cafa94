import { AuthError, type AuthErrorCode } from '../index.js'
import { factsOf, originOf, type Shown } from './report.js'

// For steps that tell more about the cause than the error code does.
const causes: Readonly<Record<string, string>> = {
  'begin consent':
    'The server gave no refresh token without consent, so the sign-in goes on with `prompt=consent`.',
  'begin retry': 'The server no longer knew the pushed request, so the sign-in is begun once more.',
  'call network backend':
    'The backend was not reached. It sends the call on, so nothing is known of the API.',
  'call url_not_allowed': 'This call went out without a token, or could not be sent with one.',
  'retry network': 'The API was not reached when the call was sent once more.',
  'answer 401':
    'The API refused the token. If it says no reason here, let CORS expose `WWW-Authenticate`.',
  'answer invalid_token':
    'The API refused the token: it has expired, was revoked, or is meant for another API.',
  'answer use_dpop_nonce':
    'The API wants a nonce in the proof. If the call is not sent once more, let CORS expose `DPoP-Nonce`.',
  'answer 403': 'The token is good, but does not allow this: sign in with more `scope`.',
  'store refused':
    'The server refused the refresh token, so the session ended: it is spent, revoked or too old.',
  'no-refresh-token':
    'The app asked for `offline_access`, but the server gave no refresh token: the session ends with its access token. Allow this client the grant type `refresh_token` at the server.',
  'store expired':
    'The access token expired, and there is no refresh token: ask for `offline_access`, or allow this client the grant type `refresh_token` at the server.',
  'earlier refused':
    'The session had ended before this page read it: the server had refused the refresh token, as it was spent, revoked or too old.',
  'earlier expired':
    'The session had ended before this page read it: its time was over, or nothing could renew it.',
  'earlier sign-out': 'The session had ended before this page read it: the user had signed out.',
  'store sign-out': 'The user signed out, here or in another tab.',
  'tab sign-out': 'The user signed out in another tab.',
  'network authorization server':
    'The server was not reached, or `connect-src` of the Content Security Policy leaves it out.',
  'step-up':
    'The API wants a stronger or more recent sign-in: sign in with `acrValues` or `maxAge`.',
}

const registerIt =
  'Register `redirectUri` at the server exactly as this app sends it, to the last slash.'

/** Whether the browser left for the server, and this tab then loaded the app again without an answer. */
function isUnanswered(event: Shown, all: readonly Shown[]): boolean {
  const next = all[all.indexOf(event) + 1]
  const isGone = event.step === 'authorize' && factsOf(event)['via'] === 'redirect'
  return isGone && next !== undefined && !/^(login|callback)$/.test(next.step)
}

/** Name all possible causes: the browser only says that the call failed. */
function ofCall(event: Shown, origin: string): string {
  const { url, token } = factsOf(event)
  const [asks, tells] =
    token === 'dpop'
      ? ['headers `Authorization` and `DPoP`', '`WWW-Authenticate` and `DPoP-Nonce`']
      : ['header `Authorization`', '`WWW-Authenticate`']
  const more = token === 'none' ? '' : ` with the ${asks} (and expose ${tells})`
  return `The API ${originOf(url) ?? ''} was not reached, or its CORS settings do not allow the origin ${origin}${more}, or \`connect-src\` of the Content Security Policy leaves it out.`
}

const timeOf = (at: unknown): string => new Date(Number(at)).toLocaleTimeString()

const ofPolicy = (event: Shown): string =>
  `\`${event.blockedBy}\` of the Content Security Policy blocks this: add \`${originOf(factsOf(event)['url'])}\` to it.`

/** The cause of such a step, by the first of its names that the table has. */
function causeOf(event: Shown, origin: string): string | undefined {
  const { step, to, error } = event
  const { status, holds, fact, by, isEarlier, challenge } = factsOf(event)
  const of = [status, holds, fact, by].find((word) => word !== undefined)
  const said = `${isEarlier ? 'earlier' : step} ${error ?? of}`
  if (`${said} ${to}` === 'call network resource server') return ofCall(event, origin)
  const names = [`${said} ${to}`, `${step} ${challenge}`, said, `${error} ${to}`, step]
  // A pasted report may have a step with the name of an object's method, such as `toString`.
  const found = names.find((name) => Object.hasOwn(causes, name))
  return found && causes[found]
}

function sentenceOf(cause: string | undefined, { error, hint = '' }: Shown): string {
  const general = cause ?? new AuthError(error as AuthErrorCode).message
  const remedy = /redirect.?ur[il]/i.test(hint) && registerIt
  return [general, hint, remedy].filter(Boolean).join(' ')
}

/**
 * Why a step failed, or ended the session: the cause and what to do, in a sentence.
 *
 * @param all the steps before and after it
 * @param origin of the page that made the step
 */
export function whyOf(
  event: Shown,
  all: readonly Shown[],
  origin = 'of the app',
): string | undefined {
  const { outcome, error } = event
  const cause = causeOf(event, origin)
  // The step after this one says why.
  if (factsOf(event)['challenge'] === 'insufficient_user_authentication') return undefined
  if (event.blockedBy) return ofPolicy(event)
  if (event.step === 'backoff')
    return `The server is asked again at ${timeOf(factsOf(event)['until'])}, not before.`
  if (isUnanswered(event, all))
    return `No answer came back. If the server showed an error page: ${registerIt} If this app redirects before \`start()\`: let that keep the query.`
  if (outcome !== 'failed' && !error) return cause
  return sentenceOf(cause, event) || error
}
