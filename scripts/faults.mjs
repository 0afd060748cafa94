// The table of docs/faults.md: what may fail, what happens then, and in which engines a test proves it.
import { pageOf, rowsOf } from './rows.mjs'

/** What fails, by number from 1 on. */
const FAULTS = `
the token endpoint answers a refresh by 500, 502 or 503
too many requests: 429, with or without Retry-After
the network drops before the request
the answer is lost after the refresh token was rotated
the token endpoint hangs
the answer comes byte by byte
JSON that is malformed or breaks off
a page of HTML by 200
the right JSON of another content type
CORS refuses this origin
CORS hides WWW-Authenticate
an endpoint redirects
a 4xx that is no JSON, a 5xx that carries invalid_grant
a 401 with WWW-Authenticate and an error in its body
invalid_grant at a refresh
invalid_client, unauthorized_client, invalid_scope
an error by 200, a success by 201
a tab is killed in its refresh
the only tab is killed in its refresh, and opened again
many tabs refresh at once
a thousand calls at once on an expired token
a tab is frozen in its refresh
a frozen tab wakes after it was overtaken
no Web Locks
the app calls the library from its callbacks
IndexedDB is missing, or throws at once
a private window, or storage is blocked
no room to write the rotated refresh token
a record that is damaged or of an older version
a record of a newer version in an older tab
site data is cleared under a session
the database connection is closed
a deletion of the database is pending
the database lacks its store
the clock of the device is wrong
the clock is set while the page is open
the laptop sleeps over the end of the token
timers are throttled or overflow
a start offline with a session
a start offline without metadata
back by bfcache, signed in
back by bfcache after a sign-out elsewhere
Back to the callback URL
the callback is reloaded before its exchange is over
Back to the sign-in page, and in again
the callback is opened in another browser
the callback is opened in another tab
a double effect, a hot reload, two clients
a double click on "Sign in", a sign-in during a callback
two sign-ins in two tabs
the sign-in took too long
sessionStorage is lost on the way
access_denied
login_required and its like
server_error, unknown errors, an error without state
a callback with a code and an error, twice the same, or neither
a hidden iframe never answers
the hidden iframe loads the whole app
the popup is blocked
the popup is closed by the user
the popup's opener is severed by COOP
the popup has another storage partition
the signing keys rotated, or are weak, or missing
an encrypted ID token
huge tokens
expires_in is missing, null, text, 0 or negative
token_type is missing, in capitals, or unknown
a refresh brings no refresh token
a refresh brings null for a refresh token
the scope granted is less, more, left out or a list
a refresh brings no ID token
a refresh speaks of another user
an API answers 401 for ever
an API answers 403, or wants a step-up
a 401 from a place that is not listed
a body to be sent again after a 401
a POST that must not happen twice
DPoP nonces that are wanted, rotate or never fit
the DPoP key is lost
a DPoP proof is refused for its time
a caller gives up during a shared refresh
a sign-out during a refresh or callback
a refresh ends while the page goes
discovery changes under a session
revocation or end_session fails or is absent
an old and a new version of the app at once
imported in Node, or rendered on a server
fetch or Promise is somebody else's
several issuers and clients on one origin
a background tab is discarded and restored
`
  .trim()
  .split('\n')

const POPUP = 'comes with sign-in by popup'
const IFRAME = 'comes with sign-in by hidden iframe'

/** Why a row has no test, by its number. @type {Record<number, string>} */
const REASONS = {
  57: IFRAME,
  58: IFRAME,
  59: POPUP,
  60: POPUP,
  61: POPUP,
  62: POPUP,
}

const HEAD = `# What may fail

What a person in front of the app meets when something fails: each line is a test, whose title begins
with the number. \`npm run docs\` writes this table from the tests.

| | what fails | what happens | proven in |`

/** The rows in order. */
export const faults = () => rowsOf('F', FAULTS, REASONS)

/**
 * docs/faults.md with these rows.
 *
 * @param {readonly import('./rows.mjs').Row[]} rows
 */
export const page = (rows) => pageOf('F', HEAD, rows)
