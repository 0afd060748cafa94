import type { Auth, TraceStep } from 'pixy-auth'
import { api, issuer, plainServer } from './auth.js'
import { byId, text } from './page.js'
import { isOn, place } from './switches.js'

type Line = readonly [code: string, comment?: string, steps?: readonly TraceStep[]]

const added = (name: 'dpop' | 'par', code: string): Line[] => (isOn(name) ? [[code]] : [])
const signIn = isOn('popup') ? "auth.signIn({ via: 'popup' })" : 'auth.signIn()'

const server: readonly Line[] = isOn('plain')
  ? [
      ['  server: {'],
      ...Object.entries(plainServer).map(([name, url]): Line => [`    ${name}: '${url}',`]),
      ['  },'],
    ]
  : [[`  issuer: '${issuer}',`]]

const inPage: readonly Line[] = [
  ...server,
  ["  clientId: 'pixy-demo',"],
  [`  redirectUri: '${location.pathname}',`],
  [`  scope: '${isOn('plain') ? '' : 'openid '}profile offline_access',`],
  [`  resources: ['${api}/'],`, 'the only places that get a token'],
  ...added('dpop', '  dpop: true,'),
  ...added('par', '  par: true,'),
]

const withBackend: readonly Line[] = [
  ["  backend: '/auth',", 'it keeps the refresh token, in a sealed cookie'],
  place() === 'proxy'
    ? [`  resources: [{ url: '${api}/', name: 'api' }],`, 'the backend calls it']
    : [`  resources: ['${api}/'],`, 'this page calls it, with a token that it is lent'],
]

const lines: readonly Line[] = [
  [`import { createAuth } from 'pixy-auth${place() === 'page' ? '' : '/with-backend'}'`],
  ["import { inspect } from 'pixy-auth/inspector'"],
  [''],
  ['const auth = createAuth({', '', ['discovery', 'verifier', 'par']],
  ...(place() === 'page' ? inPage : withBackend),
  ['})'],
  [
    'await auth.start()',
    'finishes a sign-in, or finds the session',
    ['callback', 'exchange', 'session'],
  ],
  ['inspect(auth)', 'draws the picture above'],
  [''],
  [`await ${signIn}`, 'to the server and back', ['click', 'begin', 'authorize', 'login']],
  [
    `await auth.fetch('${api}/api/me')`,
    'with a token that is fresh',
    ['call', 'retry', 'answer', 'refresh', 'token', 'step-up'],
  ],
  ['await auth.signOut()', 'in every tab, and at the server', ['sign-out', 'end-session']],
]

// Lines that a switch has changed.
const isAdded = /^  (dpop|par|backend|server|  \w+_endpoint|\}):?|name: 'api'|popup|with-backend/

/** Show the code, and light up the line that runs. */
export function showCode(auth: Auth) {
  const rows = lines.map(([code, comment]) => {
    const row = text('span', '')
    const [before, ...more] = code.split(/('[^']*')/)
    row.append(
      text('span', before ?? ''),
      ...more.map((part, i) => text(i % 2 ? 'span' : 'b', part)),
    )
    row.className = isAdded.test(code) ? 'line added' : 'line'
    if (comment) row.append(text('i', `  // ${comment}`))
    return row
  })
  byId('code').replaceChildren(...rows)
  auth.trace(({ step, at }) => {
    const index = lines.findIndex(([, , steps]) => steps?.includes(step))
    // A step from before this page was loaded is drawn, but its line does not run now.
    if (index < 0 || Date.now() - at > 3000) return
    for (const row of rows) row.classList.toggle('now', row === rows[index])
  })
}
