// The table of docs/threats.md: what an attacker may try, what is done about it, and where a test proves it.
import { pageOf, rowsOf } from './rows.mjs'

/** What is tried, by number from 1 on. */
const THREATS = `
login CSRF, a forged callback
a code of somebody else’s injected
the checks stripped from a request or an answer
mix-up of authorization servers
an open redirect through \`returnTo\`
an open redirect through a path that looks like a host
\`returnTo\` changed in storage
the code leaks by Referer, history or scripts
a token for a place that is not listed
a URL with credentials in it
a token across a redirect
modes that drop the token in silence
a downgrade to http
a script reads storage
a refresh token presented twice
the DPoP key is stolen
a downgrade from DPoP to Bearer
a DPoP proof used again, a nonce in the wrong place
a message that only looks like a popup’s or iframe’s
tokens in messages between tabs
clickjacking, a framed sign-in
a malicious discovery document
\`__proto__\` in an answer
names put into \`Object.prototype\`
parameters that override those of the flow
script in an error’s description
secrets in errors and logs
a sign-in finished in somebody else’s browser
two clients on one origin confused
users confused between tabs
a stale page out of the back/forward cache
a callback opened again
secrets left after a sign-out
a sign-out forced from outside
a hostile service worker on the origin
a worker that is told to send tokens elsewhere
the supply chain
a strict Content Security Policy
a step-up without end
an ID token sent to an API
a stored session that was tampered with
values of enormous size
weak randomness
a page that is not served securely
a popup that turns on its opener
`
  .trim()
  .split('\n')

const POPUP = 'comes with sign-in by popup or iframe'

/** Why a row has no test, by its number. @type {Record<number, string>} */
const REASONS = {
  19: POPUP,
  35: 'no library can: whoever owns the origin’s service worker owns the page (see security.md). pixy-auth adds none',
  36: 'comes with the vault in a worker',
  45: POPUP,
}

const HEAD = `# What may be tried

What an attacker may try, and what comes of it: each line is a test, whose title begins with the
number, on a page with a strict Content Security Policy. [Security](security.md) says what is left to
you. \`npm run docs\` writes this table from the tests.

| | what is tried | what comes of it | proven in |`

/** The rows in order. */
export const threats = () => rowsOf('T', THREATS, REASONS)

/**
 * docs/threats.md with these rows.
 *
 * @param {readonly import('./rows.mjs').Row[]} rows
 */
export const page = (rows) => pageOf('T', HEAD, rows)
